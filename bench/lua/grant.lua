-- One kind of grant, again and again, and at the end how long it took. GRANT says which kind, SECRET
-- is the client's, and TOKENS a file with a refresh token in each line.

local path = os.getenv("TARGET_PATH")
local by = "&client_id=backend&client_secret=" .. os.getenv("SECRET")
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local bodies = {}

if os.getenv("GRANT") == "refresh_token" then
  for token in io.lines(os.getenv("TOKENS")) do
    table.insert(bodies, "grant_type=refresh_token&refresh_token=" .. token .. by)
  end
else
  bodies[1] = "grant_type=client_credentials" .. by
end

local n = 0

function request()
  n = n % #bodies + 1
  return wrk.format("POST", path, headers, bodies[n])
end

-- Milliseconds, milliseconds, requests a second, and how many were answered badly or not at all.
function done(summary, latency)
  local errors = summary.errors
  local bad = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("result %.3f %.3f %.0f %d\n", latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, summary.requests / summary.duration * 1e6, bad))
end
