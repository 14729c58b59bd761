using AeServerless.Architecture.Tests.Planted.Loop;

namespace AeServerless.Architecture.Tests.Planted;

/// <summary>One half of a cycle that the rules must find.</summary>
internal static class Knot
{
    public static int Length() => OtherEnd.Length();
}
