using System.CommandLine;
using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;

namespace AeServerless.Cli.Capture;

/// <summary>The options that say what gradients are of.</summary>
internal sealed class GradientOptions(string backwardDescription)
{
    private const string LogitDifference = "logit-difference";

    public Option<string> Backward { get; } = new Option<string>("--backward")
    {
        Description = backwardDescription,
        DefaultValueFactory = _ => "none",
    }.AcceptOnlyFromAmong("none", "loss");

    public Option<string> Loss { get; } = new Option<string>("--loss")
    {
        Description =
            "Loss of the gradients: mean cross entropy of the next token, or mean logit of targets minus anti-targets at the last "
                + "position.",
        DefaultValueFactory = _ => "cross-entropy",
    }.AcceptOnlyFromAmong("cross-entropy", LogitDifference);

    public Option<string?> Trace { get; } = new("--trace")
    {
        Description = "Instead of a loss: gradients of one activation, a trace configuration as recipes have it, JSON or a file of it.",
    };

    public Option<string[]> Target { get; } = TokenList(
        "--target", "Target tokens of the logit difference: a text that is one token, or an id.");

    public Option<string[]> AntiTarget { get; } = TokenList("--anti-target", "Anti-target tokens of the logit difference.");

    public IReadOnlyList<Option> All => [Backward, Loss, Trace, Target, AntiTarget];

    /// <summary>Whether there is a backward pass.</summary>
    public bool AreWanted(ParseResult result) => result.GetValue(Trace) is not null || result.GetValue(Backward) != "none";

    /// <summary>The loss or trace; null for no backward pass.</summary>
    public BackwardDescription? Read(ParseResult result, Func<string, int> tokenId)
    {
        var targets = result.GetValue(Target) ?? [];
        var antiTargets = result.GetValue(AntiTarget) ?? [];
        if (result.GetValue(Trace) is { } trace)
        {
            return new BackwardDescription { Kind = BackwardKind.Trace, Trace = ReadTrace(trace) };
        }

        if (result.GetValue(Backward) == "none")
        {
            return null;
        }

        if (result.GetValue(Loss) == LogitDifference)
        {
            return new BackwardDescription
            {
                Kind = BackwardKind.Loss,
                Loss = LossKind.LogitDifference,
                Targets = [.. targets.Select(tokenId)],
                AntiTargets = [.. antiTargets.Select(tokenId)],
            };
        }

        if (targets.Length + antiTargets.Length > 0)
        {
            throw new InvalidInputException("--target", "belongs to --loss logit-difference");
        }

        return new BackwardDescription { Kind = BackwardKind.Loss, Loss = LossKind.CrossEntropy };
    }

    private static JsonElement ReadTrace(string fileOrJson)
    {
        var json = File.Exists(fileOrJson) ? File.ReadAllText(fileOrJson) : fileOrJson;
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw InvalidInputException.NotJson($"--trace {fileOrJson}", e);
        }
    }

    private static Option<string[]> TokenList(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };
}
