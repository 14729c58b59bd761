namespace AeServerless.Engine.Encoding.Integers;

/// <summary>A register of 32-bit words, of some width.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe interface IWords<TVector>
    where TVector : struct
{
    /// <summary>Words of a register.</summary>
    static abstract int Lanes { get; }

    static abstract TVector Create(int word);

    static abstract TVector Load(int* from);

    static abstract void Store(TVector words, int* to);

    static abstract TVector Xor(TVector left, TVector right);
}
