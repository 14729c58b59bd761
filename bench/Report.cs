using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AeServerless.Engine.Runtime;

namespace AeServerless.Bench;

/// <summary>Prints results as they come and keeps them for a JSON file.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly JsonArray _results = [];
    private readonly JsonObject _machine;

    public Report(EngineContext engine)
    {
        Engine = engine;
        var products = engine.ScreeningCosts.At(Shape.ModelWidth).Products;
        _machine = new JsonObject
        {
            ["cpu"] = CpuField("model name"),
            ["cpuModel"] = CpuField("model"),
            ["cores"] = Environment.ProcessorCount,
            ["flags"] = string.Join(
                ' ', CpuField("flags").Split(' ').Where(
                    flag => flag.StartsWith("avx", StringComparison.Ordinal) || flag.StartsWith("amx", StringComparison.Ordinal))),
            ["screening"] = string.Join(", ", products.Select(
                one => string.Create(CultureInfo.InvariantCulture, $"{one.Product.Replace(',', ' ')} {one.GmacPerSecond:F1}"))),
            ["screeningUnit"] = $"10^9 multiply-adds/s a thread, {Shape.ModelWidth} inputs",
        };
        foreach (var (name, value) in _machine)
        {
            Console.WriteLine($"{name,-22} {value}");
        }
    }

    /// <summary>Threads and memory of what is measured.</summary>
    public EngineContext Engine { get; }

    /// <summary>Starts a group of lines.</summary>
    public static void Title(string title)
    {
        Console.WriteLine();
        Console.WriteLine(title);
    }

    /// <summary>A time, as it is and a token.</summary>
    public void Time(string shape, string what, double seconds, long tokens)
    {
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"  {what,-62} {seconds * 1e3,9:F1} ms {tokens / seconds,12:N0} tokens/s"));
        _results.Add((JsonNode)new JsonObject { ["shape"] = shape, ["measure"] = what, ["seconds"] = seconds, ["tokens"] = tokens });
    }

    /// <summary>A time of encoding, which counts latents too: a dense product has tokens times latents to compute.</summary>
    public void EncodeTime(string shape, string what, double seconds, long tokens, int latents)
    {
        Time(shape, what, seconds, tokens);
        Number(shape, $"{what[..3]} latents x tokens a second", 1e-6 * tokens * latents / seconds, "million");
    }

    /// <summary>A ratio or another number.</summary>
    public void Number(string shape, string what, double value, string unit = "")
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-62} {value,9:G4} {unit}"));
        _results.Add((JsonNode)new JsonObject { ["shape"] = shape, ["measure"] = what, ["value"] = value, ["unit"] = unit });
    }

    public Task WriteAsync(FileInfo file, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(
            file.FullName, new JsonObject { ["machine"] = _machine, ["results"] = _results }.ToJsonString(Indented), cancellationToken);

    private static string CpuField(string name) =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").Select(
                line => line.Split(':', 2)).FirstOrDefault(pair => pair[0].Trim() == name)?[1].Trim() ?? ""
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "";
}
