-- Passwords of many users, half of them wrong, each from a source of its own: it is the hashing
-- that is measured, and no single source is made to wait.

local users = 512
local path = os.getenv("TARGET_PATH")
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local body = "grant_type=password&client_id=app&username=user-%d&password=%s"
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init()
  math.randomseed(os.time())
  status_200, status_400, status_429, status_503, status_other = 0, 0, 0, 0, 0
end

function request()
  local octet = function() return math.random(0, 255) end
  headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", octet(), octet(), octet())
  local password = math.random(2) == 1 and "wonderland" or "wanderland"
  return wrk.format("POST", path, headers, body:format(math.random(0, users - 1), password))
end

-- wrk reads nothing but globals of another thread.
function response(status)
  if status == 200 then status_200 = status_200 + 1
  elseif status == 400 then status_400 = status_400 + 1
  elseif status == 429 then status_429 = status_429 + 1
  elseif status == 503 then status_503 = status_503 + 1
  else status_other = status_other + 1 end
end

function done(summary)
  local sum = function(name)
    local total = 0
    for _, thread in ipairs(threads) do total = total + thread:get(name) end
    return total
  end
  io.write(string.format("answers 200: %d  400: %d  429: %d  503: %d  other: %d  none: %d\n",
    sum("status_200"), sum("status_400"), sum("status_429"), sum("status_503"),
    sum("status_other"), summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
