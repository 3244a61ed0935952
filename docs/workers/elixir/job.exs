defmodule Job do
  # Does what is due in the interval from the tick before, if there is one, to this one.
  defp job(_tick), do: Process.sleep(String.to_integer(System.get_env("JOB_SECONDS", "0")) * 1000)

  # Starts to remember what is done. Copies of the worker do not share it: store the id in the job's database transaction.
  def start, do: {:ok, _} = Agent.start_link(fn -> [] end, name: Done)

  # Returns whether the job of this tick is done, now or before.
  def handle(id, body) do
    if id != :undefined and Agent.get(Done, &(id in &1)) do
      IO.puts("again #{id}")
    else
      %{"slot" => slot} = tick = :jsx.decode(body, [:return_maps])
      true = is_binary(slot)
      IO.puts("started #{id} from #{tick["previous"]} to #{slot}")
      job(tick)
      Agent.update(Done, &Enum.take([id | &1], 100))
      IO.puts("done #{id}")
    end
    true
  rescue
    error -> IO.puts("failed #{id}: #{Exception.message(error)}") && false
  catch
    kind, reason -> IO.puts("failed #{id}: #{kind} #{inspect(reason)}") && false
  end
end
