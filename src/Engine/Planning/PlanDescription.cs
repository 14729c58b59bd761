using System.Globalization;
using System.Text;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Sources;

namespace AeServerless.Engine.Planning;

/// <summary>A plan for people.</summary>
internal static class PlanDescription
{
    public static string Write(DerivationPlan plan)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');

        Line($"Reads {Bytes(plan.BytesReadPerToken)} a token from {plan.Context.Dataset}:");
        foreach (var read in plan.Reads)
        {
            Line($"  {read.Tensor}  [tokens, {read.Width}]  {Bytes(read.BytesPerToken)}");
        }

        if (plan.RunEstimate is { } run)
        {
            DescribeRun(plan, run, Line);
        }

        Line("Sources:");
        foreach (var source in plan.Sources)
        {
            Line($"  {source.Value}: {Kind(plan, source)}, {source.Reason}");
        }

        Line($"Computes {Number(plan.FlopsPerToken)}FLOP a token, counting k active latents for TopK and {SparseNode.UsualActiveLatents} "
            + "for others:");
        foreach (var node in plan.Nodes.Where(node => node is not RecordedRows))
        {
            var inputs = string.Join(", ", node.Inputs.Select(input => $"#{input.Index}"));
            Line($"  #{node.Index}  {Short(node)}  [tokens, {node.Width}]{(node is SparseNode ? " sparse" : "")}  "
                + $"{Number(node.Flops)}FLOP{(inputs.Length > 0 ? $"  from {inputs}" : "")}");
        }

        var weights = WeightMemory.Of(plan);
        if (weights.Count > 0)
        {
            var sum = Bytes(weights.Sum(pair => pair.Bytes));
            Line($"Holds {sum} of weights in memory while it computes, with autoencoders screened in int8:");
            foreach (var (what, bytes) in weights)
            {
                Line($"  {what}  {Bytes(bytes)}");
            }
        }

        Line($"Writes {plan.Outputs.Count} outputs:");
        foreach (var output in plan.PlannedOutputs)
        {
            Line($"  {output.Output.Scalar}/{output.Output.Layer}  {Shape(output.Output)}  {Size(output)}");
        }

        foreach (var autoencoder in plan.Autoencoders)
        {
            Line($"  token metrics of {autoencoder}  20 B a token");
        }

        if (plan.ExcludesTokens)
        {
            DescribeExclusions(plan, Line);
        }

        return text.ToString();
    }

    /// <summary>The same by heading, with what the dataset comes to.</summary>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Facts(DerivationPlan plan, long tokens)
    {
        var facts = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        var lines = new List<string>();
        foreach (var line in (Write(plan) + Total(plan, tokens)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(' '))
            {
                lines.Add(line.Trim());
                continue;
            }

            lines = [];
            facts.Add(new(line.TrimEnd(':'), lines));
        }

        return facts;
    }

    /// <summary>What a dataset comes to.</summary>
    public static string Total(DerivationPlan plan, long tokens)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"The dataset has {tokens} tokens: {plan.BytesReadPerToken * tokens / 1e6:0.##} MB to read, ");
        text.Append(CultureInfo.InvariantCulture, $"{plan.FlopsPerToken * tokens / 1e9:0.##} GFLOP.\n");
        if (plan.RunEstimate is { } run)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"Running the model takes {run.FlopsPerToken * tokens / 1e9:0.##} GFLOP; storing what ");
            text.Append(CultureInfo.InvariantCulture, $"it computes would take {plan.BytesRunPerToken * tokens / 1e6:0.##} MB.\n");
        }

        return text.ToString();
    }

    private static string Kind(DerivationPlan plan, SourceDecision source) =>
        !source.Recorded ? "derived" : plan.Runs.Contains(source.Reason) ? "run" : "recorded";

    private static void DescribeRun(DerivationPlan plan, RunEstimate run, Action<string> line)
    {
        line($"Runs {plan.Context.ModelPath}, layers 0 to {run.Layers - 1} of {run.AllLayers}, "
            + $"{(run.IsBackward ? "forward and backward" : "forward")}: {Number(run.FlopsPerToken)}FLOP a token, "
            + $"{Number(run.Weights)}weights, {Bytes(run.BatchBytes)} of activations a batch and thread:");
        foreach (var tensor in plan.Runs)
        {
            line($"  {tensor}  [tokens, {plan.Context.Tensors[tensor].Width}]");
        }

        line($"  Stored, they would be {Bytes(plan.BytesRunPerToken)} a token.");
    }

    private static void DescribeExclusions(DerivationPlan plan, Action<string> line)
    {
        line("Keeps tokens out of statistics; per-token data have their rows, marked:");
        if (plan.Recipe.Exclude is { } all)
        {
            line($"  {all.Describe()}");
        }

        foreach (var request in plan.Recipe.DerivedScalars.Where(request => request.Exclude is not null))
        {
            line($"  of {request.Name} alone: {request.Exclude!.Describe()}");
        }

        if (plan.NormAutoencoders.Count > 0)
        {
            line($"  Norms are taken beforehand, from {Bytes(plan.AutoencoderInputs().BytesReadPerToken)} a token, which are read again.");
        }
    }

    // A node's key holds those of its inputs; the numbers of its inputs say the same.
    private static string Short(PlanNode node) => node.Inputs.OrderByDescending(input => input.Key.Length).Aggregate(
        node.Key, (key, input) => key.Replace(input.Key, $"#{input.Index}", StringComparison.Ordinal));

    private static string Shape(DerivedOutput output) => output.VectorWidth > 0
        ? $"[tokens, {output.Width}, {output.VectorWidth}] sparse"
        : $"[tokens, {output.Width}]{(output.IsSparse ? " sparse" : "")}";

    private static string Size(PlannedOutput output) => output.Node switch
    {
        null => $"zeros: {output.Output.ZeroReason}",
        VectorsNode vectors => $"about {Bytes(vectors.ActiveLatents * (4L + (4L * vectors.VectorWidth)))} a token",
        SparseNode sparse => $"about {Bytes(sparse.ActiveLatents * 8L)} a token",
        _ => $"{Bytes(output.Output.Width * 4L)} a token",
    };

    private static string Bytes(long bytes) => bytes < 10_000 ? $"{bytes} B" : $"{Number(bytes)}B";

    private static string Number(double value) => value switch
    {
        >= 1e9 => (value / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + " G",
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e3 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + " k",
        _ => value.ToString("0.##", CultureInfo.InvariantCulture) + " ",
    };
}
