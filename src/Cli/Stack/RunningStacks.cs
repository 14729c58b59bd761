using System.Security.Cryptography;
using System.Text;

namespace AeServerless.Cli.Stack;

/// <summary>The data folders that <c>./ae up</c> was started on from a checkout, so that other commands find those that run.</summary>
/// <param name="state">The checkout's folder of data and logs.</param>
internal sealed class RunningStacks(string state)
{
    private const int NameLength = 16;

    /// <summary>The data folder where none is named.</summary>
    public string Default { get; } = Path.Combine(state, "up");

    private string Known => Path.Combine(state, "stacks");

    /// <summary>Leaves word of a data folder.</summary>
    public void Add(string folder)
    {
        Directory.CreateDirectory(Known);
        File.WriteAllText(PathOf(folder), folder);
    }

    /// <summary>Takes the word back.</summary>
    public void Remove(string folder)
    {
        if (File.Exists(PathOf(folder)))
        {
            File.Delete(PathOf(folder));
        }
    }

    /// <summary>The data folder that commands talk to where nothing names one: the only one that runs.</summary>
    /// <exception cref="CliException">Several run.</exception>
    public string Find()
    {
        var folders = Directory.Exists(Known) ? Directory.GetFiles(Known).Select(File.ReadAllText) : [];
        List<string> running = [.. folders.Append(Default).Distinct().Where(StackFolder.IsHeld).Order(StringComparer.Ordinal)];
        return running switch
        {
            [] => Default,
            [var only] => only,
            _ => throw new CliException(
                $"Several ./ae up run, on the data folders {string.Join(", ", running)}; AE_DATA names the one that is meant."),
        };
    }

    private string PathOf(string folder) =>
        Path.Combine(Known, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..NameLength]);
}
