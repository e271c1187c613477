-- Drives Neovim 0.7 or later as a person would: opens a file, looks at diagnostics and a hover, takes a quick fix, then
-- fixes everything, saves, and writes what it saw to a JSON file.
local result = { version = tostring(vim.version().major) .. "." .. tostring(vim.version().minor) }

local function finish()
  local out = io.open(vim.env.TENSORLIFT_OUT, "w")
  out:write(vim.fn.json_encode(result))
  out:close()
  vim.cmd("qall!")
end

local function await(what, condition)
  if not vim.wait(tonumber(vim.env.TENSORLIFT_PATIENCE or "60") * 1000, condition, 20) then
    result.error = "waited in vain for " .. what
    finish()
  end
end

local command = vim.fn.json_decode(vim.env.TENSORLIFT_COMMAND)
local root = vim.env.TENSORLIFT_ROOT
vim.cmd("edit " .. vim.env.TENSORLIFT_FILE)
vim.bo.filetype = "python"

if vim.lsp.config then
  vim.lsp.config("tensorlift", { cmd = command, filetypes = { "python" }, root_dir = root })
  vim.lsp.enable("tensorlift")
  vim.cmd("doautocmd FileType python")
else
  local client = vim.lsp.start_client({ name = "tensorlift", cmd = command, root_dir = root })
  vim.lsp.buf_attach_client(0, client)
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

await("diagnostics", function() return #vim.diagnostic.get(0) > 0 end)
result.diagnostics = {}
for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
  table.insert(result.diagnostics, { diagnostic.code, diagnostic.lnum, diagnostic.col, diagnostic.severity })
end

-- The cursor goes to the first tf.log.
vim.fn.search("tf.log")
vim.cmd("normal! 3l")
local clients = vim.lsp.get_clients and vim.lsp.get_clients() or vim.lsp.get_active_clients()
local params = vim.lsp.util.make_position_params(0, clients[1].offset_encoding)
for _, reply in pairs(vim.lsp.buf_request_sync(0, "textDocument/hover", params, 60000) or {}) do
  result.hover = reply.result and reply.result.contents.value
end

-- Every choice is made by its title.
local wanted
result.titles = {}
vim.ui.select = function(items, options, choose)
  for _, item in ipairs(items) do
    local title = options.format_item(item)
    table.insert(result.titles, title)
    if title:find(wanted, 1, true) then
      return choose(item)
    end
  end
  choose(nil)
end

local function act(title)
  local before = text()
  wanted = title
  vim.lsp.buf.code_action()
  await(title, function() return text() ~= before end)
end

act("Replace with `tf.math.log`")
result.after_quick_fix = text()
-- The next action is for the new text: wait until the server has spoken of it.
await("fresh diagnostics", function()
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    if diagnostic.lnum == vim.fn.line(".") - 1 and diagnostic.code == "TL101" then
      return false
    end
  end
  return true
end)
vim.fn.search("tf.placeholder")
act("Fix all that is safe")
result.after_fix_all = text()
vim.cmd("write")
await("silence", function() return #vim.diagnostic.get(0) == 0 end)
finish()
