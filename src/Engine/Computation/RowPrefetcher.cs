namespace AeServerless.Engine.Computation;

/// <summary>
/// Reads the windows of a chunk one after the other into two alternating buffers: a window's read starts when the window before it is read
/// and the tiles of the window before that, which used the same buffer, are computed.
/// </summary>
internal sealed class RowPrefetcher
{
    private readonly RowBuffer[] _buffers;
    private readonly TaskCompletionSource[] _done;
    private readonly int[] _tilesLeft;
    private readonly Task[] _reads;
    private volatile bool _stopped;

    /// <summary>Starts to read.</summary>
    /// <param name="buffers">The two buffers; one is enough for one window.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="firstIsRead">Whether the first window's rows are in the first buffer already.</param>
    /// <param name="read">Reads a window into a buffer.</param>
    public RowPrefetcher(
        RowBuffer[] buffers, IReadOnlyList<TileSchedule.Window> windows, bool firstIsRead, Func<RowBuffer, TileSchedule.Window, Task> read)
    {
        _buffers = buffers;
        _done = [.. windows.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        _tilesLeft = [.. windows.Select(window => window.Tiles)];
        _reads = new Task[windows.Count];
        for (var i = 0; i < _reads.Length; i++)
        {
            _reads[i] = i == 0 && firstIsRead ? Task.CompletedTask : ReadAsync(i);
        }

        async Task ReadAsync(int window)
        {
            if (window >= 1)
            {
                await _reads[window - 1];
            }

            if (window >= 2)
            {
                await _done[window - 2].Task;
            }

            if (_stopped)
            {
                throw new OperationCanceledException();
            }

            await read(Buffer(window), windows[window]);
        }
    }

    /// <summary>Waits for a window's rows; <see langword="null"/> when reading was stopped.</summary>
    /// <exception cref="InvalidInputException">The shard lacks what the plan reads.</exception>
    public RowBuffer? WaitFor(int window)
    {
        try
        {
            _reads[window].GetAwaiter().GetResult();
            return Buffer(window);
        }
        catch (OperationCanceledException) when (_stopped)
        {
            return null;
        }
    }

    /// <summary>Reports that a tile of a window no longer needs its rows. Call it from one thread at a time.</summary>
    public void TileDone(int window)
    {
        if (--_tilesLeft[window] == 0)
        {
            _done[window].TrySetResult();
        }
    }

    /// <summary>Starts no more reads, and releases those who wait for one.</summary>
    public void Stop()
    {
        _stopped = true;
        foreach (var done in _done)
        {
            done.TrySetCanceled();
        }
    }

    /// <summary>Stops, and waits for reads that still write to the buffers.</summary>
    public async Task StopAsync()
    {
        Stop();

        // WhenAny does not throw: a read's failure is thrown where its rows are waited for.
        var all = Task.WhenAll(_reads);
        await Task.WhenAny(all);
        _ = all.Exception;
    }

    private RowBuffer Buffer(int window) => _buffers[window % _buffers.Length];
}
