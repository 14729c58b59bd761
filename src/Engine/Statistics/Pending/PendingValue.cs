namespace AeServerless.Engine.Statistics.Pending;

/// <summary>A latent's value that is yet to be added, in 64 bits that compare and sort as they are.</summary>
/// <param name="Bits">The value's bits, then the token's index.</param>
internal readonly record struct PendingValue(ulong Bits)
{
    /// <summary>Where the value's bits start.</summary>
    public const int ValueShift = 32;

    /// <summary>The value: finite and not zero.</summary>
    public float Value => BitConverter.UInt32BitsToSingle((uint)(Bits >> ValueShift));

    /// <summary>The index of its token's place.</summary>
    public int Token => (int)(uint)Bits;
}
