using System.Globalization;
using AeServerless.Engine;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Gives a parser damaged inputs and says of the first that it does not take well how to give it again.</summary>
internal static class Fuzzer
{
    private const int LongestMessage = 4000;
    private const int InputShown = 3000;

    /// <summary>Where the choices of all cases start. <c>FUZZ_SEED</c> sets another one, for longer hunts than the suite's.</summary>
    private static readonly int Seed = Setting("FUZZ_SEED", 20_241);

    /// <summary>By how much the number of cases is multiplied: <c>FUZZ_FACTOR</c>.</summary>
    private static readonly int Factor = Setting("FUZZ_FACTOR", 1);

    public static FuzzResult Run(FuzzTarget target, CancellationToken cancellationToken)
    {
        foreach (var seed in target.Seeds)
        {
            target.Parse(seed);
        }

        var (taken, refused) = (0, 0);
        for (var number = 0; number < target.Cases * Factor; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var random = new Random(HashCode(target.Name, number));
            var mutator = new Mutator(random, target.Seeds, target.Words);
            var input = target.Mutate(mutator, target.Seeds[random.Next(target.Seeds.Count)]);
            if (Give(target, input, number))
            {
                taken++;
            }
            else
            {
                refused++;
            }
        }

        return new FuzzResult(taken, refused);
    }

    private static bool Give(FuzzTarget target, byte[] input, int number)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (accepted, fault) = Parse(target, input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var allowed = target.FixedBytes + (long)target.BytesPerByte * input.Length;
        fault ??= allocated > allowed ? $"allocated {allocated} bytes, {allowed} are allowed for {input.Length} bytes of input" : null;
        return fault is null ? accepted : throw new InvalidOperationException(
            $"{target.Name}, seed {Seed}, case {number}: {fault}\n"
                + $"input: {Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, InputShown)))}");
    }

    private static (bool Accepted, string? Fault) Parse(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Parse(input);
            return (true, null);
        }
        catch (InvalidInputException error)
        {
            return (false, MessageFault(error.Message));
        }
        catch (Exception error)
        {
            return (false, $"threw {error}");
        }
    }

    private static string? MessageFault(string message)
    {
        if (message.Length > LongestMessage)
        {
            return $"has a message of {message.Length} characters: {message[..200]}…";
        }

        var raw = message.FirstOrDefault(
            c => char.IsControl(c)

                    || char.GetUnicodeCategory(
                        c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        return raw == default && !message.Contains('\0') ? null : $"has the character U+{(int)raw:X4} in its message: {message}";
    }

    // string.GetHashCode differs from process to process.
    private static int HashCode(string name, int number) =>
        name.Aggregate(Seed, (hash, c) => unchecked(hash * 31 + c)) ^ unchecked(number * (int)2654435761);

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
