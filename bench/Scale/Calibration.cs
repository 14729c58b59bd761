namespace AeServerless.Bench.Scale;

/// <summary>What one worker of this machine does, from runs over the same data in chunks of different sizes.</summary>
/// <param name="TokensPerSecond">Of the worker, while it computes.</param>
/// <param name="ChunkOverheadSeconds">What a chunk costs beside its tokens.</param>
public sealed record Calibration(double TokensPerSecond, double ChunkOverheadSeconds)
{
    /// <summary>Least squares of seconds = tokens / speed + chunks × overhead.</summary>
    public static Calibration Fit(IReadOnlyList<MeasuredRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        double tokensTokens = 0, tokensChunks = 0, chunksChunks = 0, tokensSeconds = 0, chunksSeconds = 0;
        foreach (var run in runs)
        {
            tokensTokens += (double)run.Tokens * run.Tokens;
            tokensChunks += (double)run.Tokens * run.Chunks;
            chunksChunks += (double)run.Chunks * run.Chunks;
            tokensSeconds += run.Tokens * run.Seconds;
            chunksSeconds += run.Chunks * run.Seconds;
        }

        var determinant = (tokensTokens * chunksChunks) - (tokensChunks * tokensChunks);
        if (determinant <= 1e-9 * tokensTokens * chunksChunks)
        {
            throw new ArgumentException(
                "The runs must differ in tokens per chunk: one ratio can't tell speed from overhead.", nameof(runs));
        }

        var perToken = ((tokensSeconds * chunksChunks) - (chunksSeconds * tokensChunks)) / determinant;
        var perChunk = ((chunksSeconds * tokensTokens) - (tokensSeconds * tokensChunks)) / determinant;
        return new Calibration(1 / perToken, Math.Max(0, perChunk));
    }

    /// <summary>Predicts a run with the simulator: one worker that is there already, and no limit but itself.</summary>
    public double Predict(MeasuredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return ScaleSimulator.Predict(new ScaleInputs
        {
            Tokens = (long)run.ChunkTokens * run.Chunks,
            ChunkTokens = run.ChunkTokens,
            TokensPerSecond = TokensPerSecond * run.ChunkTokens * run.Chunks / run.Tokens,
            ChunkOverheadSeconds = ChunkOverheadSeconds,
            BytesPerToken = 0,
            ActionsPerSecond = double.MaxValue,
            ColdStartSeconds = 0,
            PollingSeconds = 0,
            LossesPerHour = 0,
            MergeSeconds = 0,
            Jitter = 0,
        }).Seconds;
    }
}
