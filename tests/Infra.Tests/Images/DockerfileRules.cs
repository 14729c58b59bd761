using System.Globalization;
using System.Text.RegularExpressions;

namespace AeServerless.Infra.Tests.Images;

/// <summary>What makes an image reproducible, small and harmless.</summary>
internal static partial class DockerfileRules
{
    private static readonly string[] ExecForms = ["CMD", "ENTRYPOINT"];

    public static IReadOnlyList<string> Find(Dockerfile file) =>
    [
        .. BaseImages(file), .. User(file), .. Commands(file), .. Secrets(file),
        .. file.Of("ADD").Select(arguments => $"ADD {arguments}: COPY copies, and what is downloaded needs a checksum"),
        .. file.Of("MAINTAINER").Select(_ => "MAINTAINER is no longer used: a LABEL"),
        .. file.Of("WORKDIR").Where(path => !path.StartsWith('/')).Select(path => $"WORKDIR {path}: must be absolute"),
        .. file.Instructions.Where(each => ExecForms.Contains(each.Name) && !each.Arguments.StartsWith('['))
            .Select(each => $"{each.Name} {each.Arguments}: must be a list, a shell swallows signals and variables with dots in their names"),
    ];

    private static IEnumerable<string> BaseImages(Dockerfile file)
    {
        var arguments = file.Of("ARG").Select(argument => argument.Split('=', 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
        foreach (var from in file.Of("FROM"))
        {
            var pinned = Pinned().Match(from);
            if (!pinned.Success || pinned.Groups["digest"].Value != pinned.Groups["again"].Value || !arguments.ContainsKey(pinned.Groups["digest"].Value))
            {
                yield return $"FROM {from}: must be ${{IMAGE}}${{DIGEST:+@${{DIGEST}}}} AS stage, with an ARG for both";
            }
            else if (!arguments.TryGetValue(pinned.Groups["image"].Value, out var image) || !Tagged().IsMatch(image) || image.EndsWith(":latest", StringComparison.Ordinal))
            {
                yield return $"FROM {from}: ARG {pinned.Groups["image"].Value} must name a tag other than latest, it is '{image}'";
            }
        }
    }

    private static IEnumerable<string> User(Dockerfile file)
    {
        var users = file.FinalStage.Index().Where(each => each.Item.Name == "USER").ToList();
        if (users.Count == 0 || !int.TryParse(users[^1].Item.Arguments, CultureInfo.InvariantCulture, out var id) || id == 0)
        {
            yield return "USER: the image must end as a user with a number other than 0";
            yield break;
        }

        foreach (var (_, late) in file.FinalStage.Index().Where(each => each.Index > users[^1].Index && each.Item.Name is "RUN" or "COPY" && each.Index > users[^1].Index))
        {
            yield return $"{late.Name} {late.Arguments}: after USER, so its files could be changed at run time";
        }
    }

    private static IEnumerable<string> Commands(Dockerfile file)
    {
        foreach (var run in file.Of("RUN"))
        {
            if (run.Contains("apt-get install", StringComparison.Ordinal)
                && (!run.Contains("--no-install-recommends", StringComparison.Ordinal) || !run.Contains("rm -rf /var/lib/apt/lists", StringComparison.Ordinal)))
            {
                yield return $"RUN {run}: apt-get install needs --no-install-recommends and rm -rf /var/lib/apt/lists in the same RUN";
            }

            if (Forbidden().Match(run) is { Success: true } match)
            {
                yield return $"RUN {run}: no {match.Value.Trim()} in an image";
            }

            if (Pipe().IsMatch(run) && !run.Contains("pipefail", StringComparison.Ordinal))
            {
                yield return $"RUN {run}: a pipe hides a failure without set -o pipefail";
            }
        }
    }

    private static IEnumerable<string> Secrets(Dockerfile file) => file.Instructions
        .Where(each => each.Name is "ARG" or "ENV" && Secret().IsMatch(each.Arguments))
        .Select(each => $"{each.Name} {each.Arguments}: what an image is built with can be read from it");

    [GeneratedRegex(@"^\$\{(?<image>\w+)\}\$\{(?<digest>\w+):\+@\$\{(?<again>\w+)\}\} AS \w+$")]
    private static partial Regex Pinned();

    [GeneratedRegex(@"/[^/]+:[\w.-]+$")]
    private static partial Regex Tagged();

    [GeneratedRegex(@"\b(sudo|curl|wget|apt-get (dist-)?upgrade|apt |chmod (-R )?777)\b")]
    private static partial Regex Forbidden();

    [GeneratedRegex(@"[^|]\|[^|]")]
    private static partial Regex Pipe();

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|_KEY|CONNECTIONSTRING", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
