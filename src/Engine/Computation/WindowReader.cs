namespace AeServerless.Engine.Computation;

/// <summary>
/// Reads the windows of a chunk one after the other into two buffers that take turns: a window's read begins when the one before it has arrived
/// and the tiles of the one before that are done.
/// </summary>
internal sealed class WindowReader
{
    private readonly ReadWindow[] _buffers;
    private readonly TaskCompletionSource[] _done;
    private readonly int[] _tilesLeft;
    private readonly Task[] _reads;
    private volatile bool _stopped;

    /// <summary>Begins to read.</summary>
    /// <param name="buffers">The two buffers.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="firstIsThere">Whether the first window's rows are in the first buffer already.</param>
    /// <param name="read">Reads a window into a buffer.</param>
    public WindowReader(
        ReadWindow[] buffers, IReadOnlyList<ChunkPlan.Window> windows, bool firstIsThere, Func<ReadWindow, ChunkPlan.Window, Task> read)
    {
        _buffers = buffers;
        _done = [.. windows.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        _tilesLeft = [.. windows.Select(window => window.Tiles)];
        _reads = new Task[windows.Count];
        for (var i = 0; i < _reads.Length; i++)
            _reads[i] = i == 0 && firstIsThere ? Task.CompletedTask : ReadAsync(i);

        async Task ReadAsync(int window)
        {
            if (window >= 1)
                await _reads[window - 1].ConfigureAwait(false);
            if (window >= 2)
                await _done[window - 2].Task.ConfigureAwait(false);
            if (_stopped)
                throw new OperationCanceledException();
            await read(Buffer(window), windows[window]).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a window's rows; none where reading was stopped before.</summary>
    /// <exception cref="InvalidInputException">The shard lacks what the plan reads.</exception>
    public ReadWindow? Await(int window)
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

    /// <summary>A tile of a window needs its rows no more. Not for use by several threads at once.</summary>
    public void TileDone(int window)
    {
        if (--_tilesLeft[window] == 0)
            _done[window].TrySetResult();
    }

    /// <summary>Begins no more reads: whoever waits for one is not kept waiting.</summary>
    public void Stop()
    {
        _stopped = true;
        foreach (var done in _done)
            done.TrySetCanceled();
    }

    /// <summary>Waits for reads that write to the buffers still.</summary>
    public async Task EndAsync()
    {
        Stop();
        await Task.WhenAll(_reads).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private ReadWindow Buffer(int window) => _buffers[window % _buffers.Length];
}
