using AeServerless.LocalHost.Blobs;
using AeServerless.LocalHost.Timers;

namespace AeServerless.LocalHost.Triggers;

/// <summary>Watches blobs and rings timers while this host is the one of its hub that does.</summary>
internal sealed class TriggerListener(TriggerLease lease, BlobTriggers blobs, TimerTriggers timers) : IDisposable
{
    private static readonly TimeSpan LeaveBehindAfter = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _running = new();
    private Task _terms = Task.CompletedTask;

    /// <summary>Reads patterns and schedules.</summary>
    /// <exception cref="Settings.HostConfigurationException">One of them is not right.</exception>
    public void Validate()
    {
        blobs.Validate();
        timers.Validate();
    }

    public void Start() => _terms = Task.Run(RunTermsAsync);

    /// <summary>Starts no more functions, and asks those to end that run longer than <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        await _stop.CancelAsync();
        if (await Task.WhenAny(_terms, Task.Delay(grace)) == _terms)
        {
            return;
        }

        await _running.CancelAsync();
        await Task.WhenAny(_terms, Task.Delay(LeaveBehindAfter));
    }

    public void Dispose()
    {
        _stop.Dispose();
        _running.Dispose();
    }

    private async Task RunTermsAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await lease.AcquireAsync(_stop.Token);
                await RunTermAsync();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task RunTermAsync()
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var work = Task.WhenAll(blobs.RunAsync(term.Token, _running.Token), timers.RunAsync(term.Token, _running.Token));
        try
        {
            await lease.HoldAsync(term.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop: what runs is finished while the lease is kept from the others by its silence.
        }

        await term.CancelAsync();
        await work;
        await lease.ReleaseAsync();
    }
}
