"""Reinforcement learning: an agent that owns its session, two networks with copied variables, replayed experience."""

import random
from collections import deque

import numpy as np
import tensorflow as tf


class Corridor:
    """Walk right to win."""

    def __init__(self, length=5):
        self.length = length
        self.reset()

    def reset(self):
        self.at = 0
        return self.observe()

    def observe(self):
        seen = np.zeros(self.length, np.float32)
        seen[self.at] = 1
        return seen

    def step(self, action):
        self.at = max(0, self.at + (1 if action == 1 else -1))
        done = self.at == self.length - 1
        return self.observe(), float(done), done


class Agent:

    def __init__(self, states, actions, gamma=0.9, learning_rate=0.05):
        self.actions, self.gamma = actions, gamma
        self.memory = deque(maxlen=500)
        self.graph = tf.Graph()
        with self.graph.as_default():
            tf.set_random_seed(0)
            self.state = tf.placeholder(tf.float32, [None, states], name="state")
            self.next_state = tf.placeholder(tf.float32, [None, states], name="next_state")
            self.action = tf.placeholder(tf.int32, [None])
            self.target = tf.placeholder(tf.float32, [None])
            self.q = self._network(self.state, "eval_net", [tf.GraphKeys.GLOBAL_VARIABLES, "eval_params"])
            self.q_next = self._network(self.next_state, "target_net", [tf.GraphKeys.GLOBAL_VARIABLES, "target_params"])
            chosen = tf.reduce_sum(self.q * tf.one_hot(self.action, actions), reduction_indices=1)
            self.loss = tf.losses.mean_squared_error(self.target, chosen)
            self.global_step = tf.train.get_or_create_global_step()
            rate = tf.train.exponential_decay(learning_rate, self.global_step, 100, 0.9, staircase=True)
            optimizer = tf.train.RMSPropOptimizer(rate)
            pairs = optimizer.compute_gradients(self.loss, var_list=tf.get_collection("eval_params"))
            pairs = [(tf.clip_by_norm(g, 1.0), v) for g, v in pairs if g is not None]
            self.train_op = optimizer.apply_gradients(pairs, global_step=self.global_step)
            self.copy = [tf.assign(t, e) for t, e in
                         zip(tf.get_collection("target_params"), tf.get_collection("eval_params"))]
            self.sess = tf.Session(graph=self.graph)
            self.sess.run(tf.global_variables_initializer())

    def _network(self, state, scope, collections):
        initializer = tf.random_normal_initializer(0.0, 0.3)
        with tf.variable_scope(scope):
            with tf.variable_scope("l1"):
                w = tf.get_variable("w", [state.get_shape()[1], 10], initializer=initializer, collections=collections)
                b = tf.get_variable("b", [1, 10], initializer=tf.constant_initializer(0.1), collections=collections)
                hidden = tf.nn.relu(tf.matmul(state, w) + b)
            with tf.variable_scope("l2"):
                w = tf.get_variable("w", [10, self.actions], initializer=initializer, collections=collections)
                return tf.matmul(hidden, w)

    def act(self, seen, epsilon):
        if random.random() < epsilon:
            return random.randrange(self.actions)
        return int(np.argmax(self.sess.run(self.q, feed_dict={self.state: seen[np.newaxis]})))

    def learn(self):
        batch = random.sample(self.memory, 32)
        seen, action, reward, following, done = (np.array(part) for part in zip(*batch))
        future = self.sess.run(self.q_next, {self.next_state: following})
        target = reward + self.gamma * (1 - done) * future.max(axis=1)
        _, loss = self.sess.run([self.train_op, self.loss],
                                {self.state: seen, self.action: action, self.target: target})
        return loss


def main():
    random.seed(1)
    world, agent = Corridor(), Agent(5, 2)
    for episode in range(25):
        seen, done, steps = world.reset(), False, 0
        while not done and steps < 30:
            action = agent.act(seen, epsilon=0.3)
            following, reward, done = world.step(action)
            agent.memory.append((seen, action, reward, following, float(done)))
            seen, steps = following, steps + 1
            if len(agent.memory) >= 32:
                agent.learn()
        if episode % 3 == 0:
            agent.sess.run(agent.copy)
    assert agent.sess.run(agent.global_step) > 0
    policy = [agent.act(state, 0.0) for state in np.eye(5, dtype=np.float32)[:4]]
    print("policy", policy)
    agent.sess.close()


if __name__ == "__main__":
    main()
