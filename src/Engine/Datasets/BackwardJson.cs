using System.Text.Json;
using AeServerless.Engine.Json;

namespace AeServerless.Engine.Datasets;

/// <summary>Between <see cref="BackwardDescription"/> and the manifest's <c>backward</c>.</summary>
internal static class BackwardJson
{
    private const string CrossEntropy = "crossEntropy";
    private const string LogitDifference = "logitDifference";

    public static BackwardDescription Read(JsonField backward)
    {
        var kind = backward.Required("kind");
        return kind.Text() switch
        {
            "loss" => ReadLoss(backward),
            "trace" => new BackwardDescription { Kind = BackwardKind.Trace, Trace = backward.Required("trace").AnyObject().Clone() },
            var other => throw kind.Error($"is '{OneLineText.Clip(other)}'; known are loss, trace"),
        };
    }

    public static void Write(Utf8JsonWriter json, BackwardDescription backward)
    {
        json.WriteStartObject("backward");
        json.WriteString("kind", backward.Kind == BackwardKind.Loss ? "loss" : "trace");
        if (backward.Loss is { } loss)
        {
            json.WriteString("loss", loss == LossKind.CrossEntropy ? CrossEntropy : LogitDifference);
        }

        WriteTokens(json, "targets", backward.Targets);
        WriteTokens(json, "antiTargets", backward.AntiTargets);
        if (backward.Trace is { } trace)
        {
            json.WritePropertyName("trace");
            trace.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static BackwardDescription ReadLoss(JsonField backward)
    {
        var loss = backward.Required("loss");
        return loss.Text() switch
        {
            CrossEntropy => new BackwardDescription { Kind = BackwardKind.Loss, Loss = LossKind.CrossEntropy },
            LogitDifference => new BackwardDescription
            {
                Kind = BackwardKind.Loss,
                Loss = LossKind.LogitDifference,
                Targets = ReadTokens(backward, "targets"),
                AntiTargets = ReadTokens(backward, "antiTargets"),
            },
            var other => throw loss.Error($"is '{OneLineText.Clip(other)}'; known are {CrossEntropy}, {LogitDifference}"),
        };
    }

    private static int[] ReadTokens(JsonField backward, string name) =>
        backward.Optional(name) is { } tokens ? [.. tokens.Array().Select(token => (int)token.WholeNumber(0, int.MaxValue))] : [];

    private static void WriteTokens(Utf8JsonWriter json, string name, IReadOnlyList<int> tokens)
    {
        if (tokens.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var token in tokens)
        {
            json.WriteNumberValue(token);
        }

        json.WriteEndArray();
    }
}
