# A worker that runs its job at each tick of TickTock.
defmodule Worker do
  require Logger
end
