using AeServerless.Engine.Scalars;
using AeServerless.Engine.Scalars.Activations;
using AeServerless.Engine.Scalars.Gradients;
using AeServerless.Engine.Scalars.Latents;

namespace AeServerless.Engine.Planning;

/// <summary>Every derived scalar there is.</summary>
public static class DerivedScalars
{
    private static readonly IReadOnlyList<DerivedScalar> All =
    [
        new LatentScalar(),
        new WriteNormScalar(),
        new LatentGradWrtResidualInputScalar(),
        new LatentGradWrtMlpPostActInputScalar(),
        new LatentGradWrtInputScalar(),
        new OnlineLatentScalar(),
        new OnlineWriteScalar(),
        new OnlineWriteNormScalar(),
        new OnlineWriteToFinalResidualGradScalar(),
        new OnlineWriteToFinalActivationResidualGradScalar(),
        new OnlineActTimesGradScalar(),
        new ErrorScalar(),
        new ErrorActTimesGradScalar(),
        new ErrorWriteNormScalar(),
        new ErrorWriteToFinalResidualGradScalar(),
        new ResidDeltaMlpScalar(),
        new ResidDeltaMlpFromMlpPostActScalar(),
        new FinalActivationResidualGradScalar(),
    ];

    private static readonly Dictionary<string, (DerivedScalar Scalar, ScalarName Name)> ByName =
        All.SelectMany(scalar => scalar.Names, (scalar, name) => (scalar, name)).ToDictionary(pair => pair.name.Name);

    /// <summary>The names that recipes can ask for.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.SelectMany(scalar => scalar.Names).Select(name => name.Name)];

    /// <summary>The derived scalar of a name.</summary>
    /// <exception cref="InvalidInputException">There is none; the message lists those there are.</exception>
    internal static (DerivedScalar Scalar, ScalarName Name) Find(string type) => ByName.TryGetValue(type, out var found)
        ? found
        : throw new InvalidInputException($"derived scalar '{type}'", $"it is unknown; known are {string.Join(", ", Names)}");
}
