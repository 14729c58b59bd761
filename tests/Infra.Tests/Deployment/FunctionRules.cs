namespace AeServerless.Infra.Tests.Deployment;

/// <summary>Every function of the code is served by one app: one that nobody serves is waited for without end.</summary>
internal static class FunctionRules
{
    public static IEnumerable<string> Find(Snapshot snapshot)
    {
        var servedBy = AppCode.Functions.ToDictionary(
            function => function,
            function => snapshot.Apps.Where(app => app.Served.Contains(function)).Select(app => app.Name).ToList(),
            StringComparer.Ordinal);
        return
        [
            .. snapshot.Apps.SelectMany(Lists),
            .. AppCode.Functions.Where(function => !AppCode.BlobFunctions.Any(group => group.Contains(function)))
                .SelectMany(function => Served(function, servedBy[function], snapshot.Apps.Count)),
            .. AppCode.BlobFunctions.SelectMany(blobs => Blobs(blobs, servedBy)),
        ];
    }

    private static IEnumerable<string> Served(string function, List<string> apps, int all)
    {
        if (apps.Count == 0)
        {
            yield return $"function {function}: no app serves it";
        }
        else if (function == AppCode.Health ? apps.Count < all : apps.Count > 1)
        {
            yield return $"function {function}: served by {string.Join(" and ", apps)}";
        }
    }

    // Uploads are told by Event Grid or found by a scan. Both would start each run twice, neither would start none.
    private static IEnumerable<string> Blobs(IGrouping<string, string> blobs, Dictionary<string, List<string>> servedBy)
    {
        foreach (var function in blobs)
        {
            var apps = servedBy[function].Count;
            var right = AppCode.IsEventGrid(function) ? 1 : 0;
            if (apps != right)
            {
                yield return $"function {function}: {apps} apps serve it, it must be {right}: in Azure, Event Grid tells of {blobs.Key}";
            }
        }
    }

    private static IEnumerable<string> Lists(ContainerApp app)
    {
        var elsewhere = app.Settings.GetValueOrDefault("FunctionsServedElsewhere", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. app.Disabled.Except(AppCode.Functions).Select(unknown => $"{app.Name}: disables function '{unknown}', which does not exist"),
            .. elsewhere.Except(app.Disabled)
                .Select(function => $"{app.Name}: FunctionsServedElsewhere names '{function}', which it serves itself"),
        ];
    }
}
