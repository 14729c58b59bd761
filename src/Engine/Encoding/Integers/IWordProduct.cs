namespace AeServerless.Engine.Encoding.Integers;

/// <summary>How a kernel's instructions multiply words of small integers.</summary>
/// <typeparam name="TVector">A register of words.</typeparam>
internal interface IWordProduct<TVector>
    where TVector : struct
{
    static abstract string Name { get; }

    static abstract bool IsSupported { get; }

    static abstract int ElementBytes { get; }

    static abstract int LargestToken { get; }

    static abstract int TokenOffset { get; }

    /// <summary>In each lane: sum + Σ of the products of the word's elements.</summary>
    static abstract TVector Add(TVector sum, TVector token, TVector weights);
}
