-- One kind of grant, again and again. GRANT says which kind, SECRET is the client's. Codes come from the
-- file CODES, each once. Refresh tokens come
-- from the lines FIRST to FIRST + SLICE of the file TOKENS, and each answer's goes back to the others.
-- With TENANTS, another of so many tenants is asked each time.

local path, grant = os.getenv("TARGET_PATH"), os.getenv("GRANT")
local tenants = tonumber(os.getenv("TENANTS"))
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local body = "grant_type=" .. grant .. "&client_id=backend&scope=read&client_secret=" .. os.getenv("SECRET")
local pool = {}

if grant == "refresh_token" then
  local first, slice, n = tonumber(os.getenv("FIRST")), tonumber(os.getenv("SLICE")), 0
  for token in io.lines(os.getenv("TOKENS")) do
    if n >= first and n < first + slice then pool[#pool + 1] = token end
    n = n + 1
  end
  function request()
    return wrk.format("POST", path, headers, body .. "&refresh_token=" .. table.remove(pool))
  end
  function response(status, _, answer)
    local token = string.match(answer, '"refresh_token":"([^"]+)"')
    if token then pool[#pool + 1] = token else io.stderr:write(status, " ", answer, "\n") end
  end
elseif grant == "authorization_code" then
  for code in io.lines(os.getenv("CODES")) do pool[#pool + 1] = code end
  body = "grant_type=authorization_code&client_id=web&client_secret=" .. os.getenv("SECRET")
    .. "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&code_verifier=" .. os.getenv("VERIFIER")
  function request()
    return wrk.format("POST", path, headers, body .. "&code=" .. table.remove(pool))
  end
elseif tenants > 0 then
  function init() math.randomseed(os.time()) end
  function request()
    local to = "/oauth/t" .. math.random(1, tenants) .. "/token"
    return wrk.format("POST", to, headers, body)
  end
else
  local one
  function init() one = wrk.format("POST", path, headers, body) end
  function request() return one end
end

-- How many requests, and how many were answered badly or not at all.
function done(summary)
  local errors = summary.errors
  local bad = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("result %d %d\n", summary.requests, bad))
end
