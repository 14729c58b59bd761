namespace AeServerless.Formats.Definitions;

/// <summary>The gates, plainly and in float64.</summary>
internal static class ReferenceGate
{
    public static double[] Apply(Gate gate, double[] pre) => gate switch
    {
        JumpReluGate jump => Each(pre, i => pre[i] > jump.Thresholds[i] ? pre[i] : 0),
        TopKGate top => TopK(top, pre),
        GroupMaxGate group => GroupMax(group, pre),
        GatedGate gated => Each(pre, i => pre[i] + gated.GateBias[i] > 0
            ? Math.Max((pre[i] * gated.MagnitudeScale[i]) + gated.MagnitudeBias[i], 0)
            : 0),
        { Kind: GateKind.Identity } => pre,
        _ => Each(pre, i => Math.Max(pre[i], 0)),
    };

    private static double[] Each(double[] pre, Func<int, double> latent)
    {
        var latents = new double[pre.Length];
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] = latent(i);
        }

        return latents;
    }

    private static double[] TopK(TopKGate gate, double[] pre)
    {
        var rank = Each(pre, i => (gate.Kind == GateKind.TopKMagnitude ? Math.Abs(pre[i]) : pre[i]) * (gate.SelectionScale?[i] ?? 1));
        var latents = new double[pre.Length];
        foreach (var latent in Enumerable.Range(0, pre.Length).OrderByDescending(i => rank[i]).Take(gate.K))
        {
            latents[latent] = gate.Kind == GateKind.TopK ? Math.Max(pre[latent], 0) : pre[latent];
        }

        return latents;
    }

    private static double[] GroupMax(GroupMaxGate gate, double[] pre)
    {
        var latents = new double[pre.Length];
        var size = pre.Length / gate.Groups;
        for (var first = 0; first < pre.Length; first += size)
        {
            var greatest = Enumerable.Range(first, size).MaxBy(i => pre[i]);
            latents[greatest] = Math.Max(pre[greatest], 0);
        }

        return latents;
    }
}
