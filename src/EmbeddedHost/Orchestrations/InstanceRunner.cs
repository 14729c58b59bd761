using AeServerless.EmbeddedHost.Storage;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>
/// The mailbox of one instance: what is sent to it is handled in order, and all that waits is handled together, so that answers which
/// come while a commit is under way share the next one.
/// </summary>
internal sealed class InstanceRunner(string instanceId, OrchestrationEngine engine)
{
    private readonly Lock _gate = new();
    private readonly InstanceProcessor _processor = new(instanceId, engine);
    private List<InstanceMessage> _inbox = [];
    private bool _running;
    private bool _retired;

    public string InstanceId => instanceId;

    /// <summary>Sends a message.</summary>
    /// <returns>False if this runner has ended: another is to be made.</returns>
    public bool TrySend(InstanceMessage message)
    {
        lock (_gate)
        {
            if (_retired)
                return false;
            _inbox.Add(message);
            if (_running)
                return true;
            _running = true;
        }

        engine.Track(RunAsync);
        return true;
    }

    private async Task RunAsync()
    {
        for (var attempt = 0; ;)
        {
            List<InstanceMessage> batch;
            lock (_gate)
            {
                if (engine.IsStopped || (_inbox.Count == 0 && !_processor.HasWork))
                {
                    _running = false;

                    // What is known of an ended instance is not worth memory.
                    _retired = engine.IsStopped || !_processor.IsNeeded;
                    if (_retired)
                        engine.Retire(this);
                    FailAll(_retired ? _inbox : []);
                    return;
                }

                batch = _inbox;
                _inbox = [];
            }

            try
            {
                await engine.EnterTurnAsync();
                try
                {
                    await _processor.ProcessAsync(batch);
                    attempt = 0;
                }
                finally
                {
                    engine.LeaveTurn();
                }
            }
            catch (Exception e)
            {
                // Memory may be ahead of storage now: forget it, and read the instance again.
                _processor.Forget();
                if (batch.Count == 0)
                    batch.Add(new InstanceMessage.Wake());
                lock (_gate)
                    _inbox.InsertRange(0, batch);
                if (!engine.IsStopped)
                {
                    engine.Logger.InstanceReloaded(e, instanceId, e.Message);
                    await engine.DelayAsync(StorageFaults.Delay(attempt++));
                }
            }
        }
    }

    private static void FailAll(List<InstanceMessage> messages)
    {
        foreach (var message in messages)
        {
            message.Done?.TrySetException(new OperationCanceledException("The host is stopping."));
            if (message is InstanceMessage.Purge purge)
                purge.Purged.TrySetException(new OperationCanceledException("The host is stopping."));
        }
    }
}
