using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using AeServerless.Engine.Encoding.Integers;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Runtime;

namespace AeServerless.Bench;

/// <summary>What this machine screens with at which shapes, and how near that is to what its instructions can do.</summary>
internal static class HereCommand
{
    private const int PeakRounds = 1_000_000;
    private const int PeakRepeats = 5;

    public static Command Create()
    {
        var command = new Command("here", "What this machine screens with, and how near that is to its instructions' ceilings.");
        command.SetAction(_ =>
        {
            var cache = new ScreeningCache(ScreeningCache.UserFolder);
            using var engine = new EngineContext(new EngineOptions { CacheFolder = ScreeningCache.UserFolder });
            Console.WriteLine(ScreeningCache.Machine);
            var ceilings = IntegerKernels.All.Where(kernel => kernel.IsSupported).ToDictionary(kernel => kernel.Name, Ceiling);
            foreach (var width in Shape.All.Select(shape => ScreeningCosts.MeasuredWidth(shape.Input)).Distinct().Order())
            {
                Print(engine.ScreeningCosts.At(width), ceilings, cache.PathOf(width));
            }
        });
        return command;
    }

    private static void Print(ScreeningCosts costs, Dictionary<string, double> ceilings, string file)
    {
        Report.Title(
            $"{costs.Width} inputs, one thread: 10^9 multiply-adds/s, and of what the instructions do without reading memory ({file})");
        foreach (var product in costs.Products.OrderByDescending(product => product.GmacPerSecond))
        {
            var ceiling = ceilings.TryGetValue(product.Product, out var most)
                ? $"{most,9:F1} {product.GmacPerSecond / most,6:P0}"
                : "        -";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {product.Product,-32} {product.GmacPerSecond,9:F1} {ceiling}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {"exact computation of a candidate",-32} {costs.CandidateSeconds * 1e9,9:F0} ns"));
    }

    /// <summary>10⁹ multiply-adds a second of a kernel's instructions on registers alone.</summary>
    private static double Ceiling(IIntegerKernel kernel) => Enumerable.Range(0, PeakRepeats).Max(_ =>
    {
        var started = Stopwatch.GetTimestamp();
        var done = kernel.RunRegistersAlone(PeakRounds);
        return 1e-9 * done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    });
}
