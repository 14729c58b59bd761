using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// Keeps <see cref="ScreeningCosts"/> in a folder, a file for each machine and width: processor, its instructions as this process sees
/// them, runtime, torch and this build of the engine. A file that is damaged, another's, or can't be read or written is as good as none.
/// </summary>
/// <param name="folder">The folder; made when first needed.</param>
public sealed class ScreeningCache(string folder)
{
    private const string Schema = "ae-serverless/screening/1";

    // What limits the instructions of torch's libraries.
    private static readonly string[] Limits =
        ["ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly Lazy<string> ThisMachine = new(DescribeMachine);

    /// <summary>The folder of this user for what applications keep on this machine.</summary>
    public static string UserFolder => Environment.GetFolderPath(
        Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
        ? Path.Combine(data, "ae-serverless")
        : Path.Combine(Path.GetTempPath(), "ae-serverless");

    /// <summary>Processor, instructions, runtime, torch and engine: what the costs depend on.</summary>
    public static string Machine => ThisMachine.Value;

    /// <summary>The file of a width.</summary>
    /// <param name="width">A measured width.</param>
    public string PathOf(int width) => Path.Combine(
        folder, $"screening-{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Machine)))[..16]}-{width}.json");

    /// <summary>What was kept for a width; null where nothing of use was.</summary>
    /// <param name="width">A measured width.</param>
    public ScreeningCosts? Read(int width)
    {
        try
        {
            var entry = JsonSerializer.Deserialize<Entry>(File.ReadAllBytes(PathOf(width)), Indented);
            return entry is { Schema: Schema, Costs: { } costs } && entry.Machine == Machine && IsSound(costs, width) ? costs : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Keeps the costs of a width. The file is whole or not there.</summary>
    /// <param name="costs">What was measured.</param>
    public void Write(ScreeningCosts costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var path = PathOf(costs.Width);
        var part = $"{path}.{Guid.NewGuid():n}.part";
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(part, JsonSerializer.SerializeToUtf8Bytes(new Entry(Schema, Machine, costs), Indented));
            File.Move(part, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            DeleteQuietly(part);
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing more can be done.
        }
    }

    /// <summary>Whether the numbers can be, and are those of the products that there are.</summary>
    private static bool IsSound(ScreeningCosts costs, int width) =>
        costs.Width == width
        && double.IsFinite(costs.CandidateSeconds) && costs.CandidateSeconds > 0
        && costs.Products is not null
        && costs.Products.All(one => one is not null && double.IsFinite(one.GmacPerSecond) && one.GmacPerSecond > 0)
        && ScreenKinds.For(width).All(kind => costs.Products.Any(one => one.Format == kind.Format && one.Product == kind.Product));

    private static string DescribeMachine()
    {
        var fields = ProcessorFields().ToList();
        var products = ScreenKinds.All.Select(kind => kind.Product);
        var limits = Limits.Select(name => (name, Environment.GetEnvironmentVariable(name))).Where(limit => limit.Item2 is not null)
            .Select(limit => $"{limit.name}={limit.Item2}");
        return string.Join("; ", [
            .. fields, RuntimeInformation.ProcessArchitecture.ToString(), RuntimeInformation.FrameworkDescription, $"torch {__version__}",
            $"engine {typeof(ScreeningCache).Module.ModuleVersionId:n}",
            .. products, .. limits,
        ]);
    }

    private static IEnumerable<string> ProcessorFields()
    {
        const string Processors = "/proc/cpuinfo";
        if (!File.Exists(Processors))
        {
            return [Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.OSDescription];
        }

        string[] names = ["model name", "cpu family", "model", "stepping", "CPU implementer", "CPU part", "CPU variant"];
        var fields = File.ReadLines(Processors).TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2))
            .Where(pair => pair.Length == 2).ToLookup(pair => pair[0].Trim(), pair => pair[1].Trim());
        return names.Where(fields.Contains).Select(name => $"{name} {fields[name].First()}");
    }

    private sealed record Entry(string? Schema, string? Machine, ScreeningCosts? Costs);
}
