using AeServerless.LocalHost.Storage;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;

namespace AeServerless.LocalHost.Timers;

/// <summary>Last and next runs of timer functions.</summary>
internal sealed class TimerStates(HubStorage storage)
{
    private const string Partition = "timer";

    public async Task<ScheduleStatus?> ReadAsync(string function, CancellationToken cancellationToken)
    {
        var row = await storage.Triggers.GetEntityIfExistsAsync<TableEntity>(Partition, function, cancellationToken: cancellationToken);
        return !row.HasValue ? null : new()
        {
            Last = Time(row.Value!, "Last"),
            Next = Time(row.Value!, "Next"),
            LastUpdated = Time(row.Value!, "LastUpdated"),
        };
    }

    public Task WriteAsync(string function, ScheduleStatus status, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition, function) { ["Next"] = status.Next, ["LastUpdated"] = status.LastUpdated };

        // A table has no time before 1601.
        if (status.Last != default)
        {
            row["Last"] = status.Last;
        }

        return storage.Triggers.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private static DateTime Time(TableEntity row, string column) => row.GetDateTimeOffset(column)?.UtcDateTime ?? default;
}
