using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Graph.Nodes;

public sealed class LatentProductNodeTests
{
    /// <summary>Buffers go from tile to tile: what overflowed in one must not leave out a row of the next.</summary>
    [Fact]
    public void Overflow_IsOfItsOwnTileAlone()
    {
        var (latents, gradients) = (new Given("latents"), new Given("gradients"));
        var product = new LatentProductNode(latents, gradients);
        var nodes = (PlanNode[])[latents, gradients, product];
        foreach (var (index, node) in nodes.Index())
        {
            node.Index = index;
        }

        using var tile = new Tile(nodes, null!, TestEngine.WithThreads(1));
        (latents.Values, gradients.Values) = ([1e30f, 1e30f, 1e30f], [1e30f, 1e30f, 1e30f]);
        Compute();
        Assert.Equal(Enumerable.Repeat(RowStatus.NonFinite, 3), tile.Status(product).ToArray());

        // The second row has no gradient.
        (latents.Values, gradients.Values) = ([1, 2, 3], [10, float.NaN, 30]);
        Compute();

        Assert.Equal([RowStatus.Present, RowStatus.NonFinite, RowStatus.Present], tile.Status(product).ToArray());
        Assert.Equal([10, 90], tile.Sparse(product).Values);
        Assert.Equal([0, 1, 1, 2], tile.Sparse(product).RowStarts);
        Assert.Equal([0, 1, 2, 3], tile.Sparse(latents).RowStarts);

        void Compute()
        {
            tile.Begin(0, [new SequenceSlice(0, 0, 3)]);
            foreach (var node in nodes)
            {
                node.Compute(tile);
            }
        }
    }

    /// <summary>One value a token, of latent 0; a row whose value is not finite is absent.</summary>
    private sealed class Given(string key) : SparseNode(key, 1)
    {
        public float[] Values { get; set; } = [];

        public override int ActiveLatents => 1;

        public override void Compute(Tile tile)
        {
            tile.Sparse(this).Set([.. Enumerable.Range(0, Values.Length + 1)], new int[Values.Length], Values);
            tile.EmptyAbsent(this);
        }
    }
}
