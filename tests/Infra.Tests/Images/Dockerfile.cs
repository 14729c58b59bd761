using System.Text.RegularExpressions;

namespace AeServerless.Infra.Tests.Images;

/// <summary>The instructions of a Dockerfile, continuation lines joined and comments left out.</summary>
internal sealed partial class Dockerfile
{
    public Dockerfile(string text)
    {
        var uncommented = string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#')));
        Instructions =
        [
            .. Continuation().Replace(uncommented, " ")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => line.Split(' ', 2))
                .Select(parts => new Instruction(parts[0].ToUpperInvariant(), parts.Length > 1 ? parts[1].Trim() : "")),
        ];
    }

    public IReadOnlyList<Instruction> Instructions { get; }

    /// <summary>Those of the stage that becomes the image.</summary>
    public IReadOnlyList<Instruction> FinalStage =>
        [.. Instructions.Skip(Instructions.ToList().FindLastIndex(instruction => instruction.Name == "FROM"))];

    public IEnumerable<string> Of(string name) =>
        Instructions.Where(instruction => instruction.Name == name).Select(instruction => instruction.Arguments);

    [GeneratedRegex(@"\\\s*\n\s*")]
    private static partial Regex Continuation();

    internal sealed record Instruction(string Name, string Arguments);
}
