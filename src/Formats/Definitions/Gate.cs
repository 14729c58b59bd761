namespace AeServerless.Formats.Definitions;

/// <summary>What an encoder does to its pre-activations p, with its parameters. <c>[latents]</c> in, <c>[latents]</c> out.</summary>
public abstract record Gate
{
    private protected Gate(GateKind kind)
    {
        Kind = kind;
    }

    /// <summary>Which it is.</summary>
    public GateKind Kind { get; }

    /// <summary>p unchanged.</summary>
    public static Gate Identity { get; } = new PlainGate(GateKind.Identity);

    /// <summary>max(p, 0).</summary>
    public static Gate ReLU { get; } = new PlainGate(GateKind.ReLU);

    private sealed record PlainGate : Gate
    {
        public PlainGate(GateKind kind)
            : base(kind)
        {
        }
    }
}
