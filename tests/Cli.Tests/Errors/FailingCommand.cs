using Xunit.Sdk;

namespace AeServerless.Cli.Tests.Errors;

/// <summary>A command that can't do what is asked.</summary>
/// <param name="Arguments">The arguments, with <c>|</c> between.</param>
/// <param name="Culprit">What the line has to name.</param>
/// <param name="Remedy">What it has to say to do.</param>
/// <param name="Variables">Variables, <c>NAME=value</c> with <c>|</c> between; those of a function app that refuses by default.</param>
public sealed record FailingCommand(string Arguments, string Culprit, string Remedy, string Variables = "") : IXunitSerializable
{
    public FailingCommand()
        : this("", "", "")
    {
    }

    public string Arguments { get; private set; } = Arguments;

    public string Culprit { get; private set; } = Culprit;

    public string Remedy { get; private set; } = Remedy;

    public string Variables { get; private set; } = Variables;

    public void Deserialize(IXunitSerializationInfo info)
    {
        Arguments = info.GetValue<string>(nameof(Arguments))!;
        Culprit = info.GetValue<string>(nameof(Culprit))!;
        Remedy = info.GetValue<string>(nameof(Remedy))!;
        Variables = info.GetValue<string>(nameof(Variables))!;
    }

    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(Arguments), Arguments);
        info.AddValue(nameof(Culprit), Culprit);
        info.AddValue(nameof(Remedy), Remedy);
        info.AddValue(nameof(Variables), Variables);
    }
}
