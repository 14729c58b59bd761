using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Computation;

/// <summary>How a chunk is cut: into windows that are read at once, and these into tiles that a thread computes at once.</summary>
internal sealed class TileSchedule
{
    private TileSchedule(List<Window> windows, List<ScheduledTile> tiles) => (Windows, Tiles) = (windows, tiles);

    public IReadOnlyList<Window> Windows { get; }

    public IReadOnlyList<ScheduledTile> Tiles { get; }

    /// <summary>Cuts a chunk so that <paramref name="threads"/> have the same to do, also where it is small.</summary>
    /// <param name="range">The chunk.</param>
    /// <param name="threads">Threads that compute tiles side by side.</param>
    /// <param name="maxTileTokens">Most tokens of a tile.</param>
    /// <param name="maxWindowTokens">
    /// Most tokens of a window, which has a tile for each thread: while one is computed, the next is read.
    /// </param>
    /// <param name="whole">Whether sequences are never cut.</param>
    public static TileSchedule Cut(ChunkRange range, int threads, int maxTileTokens, int maxWindowTokens, bool whole)
    {
        var tileTokens = ThreadTeam.EvenPieceSize(range.Tokens, threads, Math.Clamp(maxWindowTokens / threads, 1, maxTileTokens));
        var (windows, tiles) = (new List<Window>(), new List<ScheduledTile>());
        var firstRow = 0;
        foreach (var slices in SequenceCutter.Cut(range.SequenceLengths.Select(
            length => new SequenceSlice(0, 0, length)), Math.Max(1, maxWindowTokens / tileTokens) * tileTokens, whole))
        {
            var row = 0;
            var before = tiles.Count;
            foreach (var tile in SequenceCutter.Cut(slices, tileTokens, whole))
            {
                tiles.Add(new ScheduledTile(windows.Count, row, firstRow + row, tile));
                row += tile[^1].FirstRow + tile[^1].Tokens;
            }

            windows.Add(new Window(firstRow, row, tiles.Count - before));
            firstRow += row;
        }

        return new TileSchedule(windows, tiles);
    }

    /// <summary>Tokens that are read at once.</summary>
    /// <param name="FirstRow">The first, counted from the chunk's.</param>
    /// <param name="Tokens">How many.</param>
    /// <param name="Tiles">Tiles in it.</param>
    public readonly record struct Window(int FirstRow, int Tokens, int Tiles);

    /// <summary>Tokens that are computed at once.</summary>
    /// <param name="Window">The window that has them.</param>
    /// <param name="RowInWindow">The first, counted from the window's.</param>
    /// <param name="FirstRow">The first, counted from the chunk's.</param>
    /// <param name="Sequences">The parts of sequences.</param>
    public readonly record struct ScheduledTile(int Window, int RowInWindow, int FirstRow, IReadOnlyList<SequenceSlice> Sequences);
}
