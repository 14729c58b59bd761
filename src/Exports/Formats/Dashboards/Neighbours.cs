namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>The components or features that go with a feature most.</summary>
/// <param name="Indices">Which.</param>
/// <param name="First">Pearson's coefficient, or the component.</param>
/// <param name="Second">The cosine, or the component's share of the L1 norm. The tools call it l1.</param>
internal sealed record Neighbours(int[] Indices, double[] First, double[] Second)
{
    public static Neighbours None { get; } = new([], [], []);
}
