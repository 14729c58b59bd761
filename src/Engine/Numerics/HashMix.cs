namespace AeServerless.Engine.Numerics;

/// <summary>A mixing function for choices that look random and are the same whenever they are made.</summary>
public static class HashMix
{
    /// <summary>The finisher of SplitMix64: every bit of what it gives depends on every bit of what it is given.</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
