namespace AeServerless.Engine.Graph.Nodes;

/// <summary>Of active latents, those that a request names, at the positions that it names.</summary>
internal sealed class SelectedNode(SparseNode from, IReadOnlyList<int>? latents, IReadOnlyList<int>? positions, bool positiveOnly)
    : SparseNode(
        $"({from.Key}){Part(" latents", latents)}{Part(" positions", positions)}{(positiveOnly ? " above 0" : "")}", from.Width, from)
{
    private readonly HashSet<int>? _latents = latents?.ToHashSet();
    private readonly HashSet<int>? _positions = positions?.ToHashSet();

    public override int ActiveLatents => Math.Min(from.ActiveLatents, _latents?.Count ?? int.MaxValue);

    public override double Flops => from.ActiveLatents;

    public override void Compute(Tile tile)
    {
        tile.CopyStatus(Inputs[0], this);
        var all = tile.Sparse(Inputs[0]);
        var into = tile.Sparse(this);
        into.BeginRows(all.Tokens);
        var count = 0;
        for (var token = 0; token < all.Tokens; token++)
        {
            if (_positions is null || _positions.Contains(tile.Positions[token]))
            {
                for (var i = all.RowStarts[token]; i < all.RowStarts[token + 1]; i++)
                {
                    count += Keeps(all.Latents[i], all.Values[i]) ? 1 : 0;
                }
            }

            into.MutableRowStarts[token + 1] = count;
        }

        into.EndRows();
        var at = 0;
        for (var token = 0; token < all.Tokens; token++)
        {
            if (into.RowStarts[token] == into.RowStarts[token + 1])
            {
                continue;
            }

            for (var i = all.RowStarts[token]; i < all.RowStarts[token + 1]; i++)
            {
                if (!Keeps(all.Latents[i], all.Values[i]))
                {
                    continue;
                }

                into.MutableLatents[at] = all.Latents[i];
                into.MutableValues[at++] = all.Values[i];
            }
        }

        tile.EmptyAbsent(this);
    }

    private bool Keeps(int latent, float value) => (!positiveOnly || value > 0) && (_latents is null || _latents.Contains(latent));

    private static string Part(string what, IReadOnlyList<int>? numbers) => numbers is null ? "" : $"{what} {string.Join(",", numbers)}";
}
