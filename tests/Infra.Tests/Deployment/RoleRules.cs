using System.Text.Json.Nodes;

namespace AeServerless.Infra.Tests.Deployment;

/// <summary>Who may do what: each identity has exactly the roles that its work needs, by the ids that Azure gives them.</summary>
internal static class RoleRules
{
    private const string AcrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    private const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    private const string BlobDataOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private const string DurableTaskDataContributor = "0ad04412-c4d5-4796-b79c-f76d14c8d402";
    private const string MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb";
    private const string QueueDataContributor = "974c5e8b-45b9-4653-ba55-5f855dd0fb88";
    private const string TableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";

    private static readonly Dictionary<string, string[]> Right = new(StringComparer.Ordinal)
    {
        ["id-control"] =
        [
            $"{BlobDataOwner} on storageAccounts", $"{QueueDataContributor} on storageAccounts", $"{TableDataContributor} on storageAccounts",
            $"{DurableTaskDataContributor} on taskHubs", $"{AcrPull} on registries", $"{MetricsPublisher} on components",
        ],
        ["id-worker"] =
        [
            $"{BlobDataOwner} on storageAccounts", $"{DurableTaskDataContributor} on taskHubs", $"{AcrPull} on registries", $"{MetricsPublisher} on components",
        ],
        ["evgt"] = [$"{BlobDataContributor} on containers"],
        ["operator"] = [$"{BlobDataContributor} on storageAccounts", $"{DurableTaskDataContributor} on taskHubs"],
    };

    public static void Check(Snapshot snapshot, Problems problems)
    {
        var roles = snapshot.OfType("Microsoft.Authorization/roleAssignments").ToLookup(Who, Role, StringComparer.Ordinal);
        foreach (var (who, right) in Right.Where(entry => entry.Key != "operator" || roles.Contains(entry.Key)))
        {
            problems.ExpectSame($"Microsoft.Authorization/roleAssignments of {who}", "role", roles[who], right);
        }

        problems.ExpectSame("Microsoft.Authorization/roleAssignments", "principal", roles.Select(group => group.Key), Right.Keys.Where(key => key != "operator" || roles.Contains(key)));
    }

    // principalId is either an expression that names the resource with the identity, or the id of the person who deploys.
    private static string Who(JsonNode assignment)
    {
        var principal = Snapshot.Text(assignment, "properties", "principalId") ?? "";
        return Right.Keys.FirstOrDefault(who => principal.Contains($"/{who}-", StringComparison.Ordinal)) ?? (Guid.TryParse(principal, out _) ? "operator" : principal);
    }

    private static string Role(JsonNode assignment)
    {
        var role = Snapshot.Text(assignment, "properties", "roleDefinitionId")?.Split('/')[^1];
        var scope = Snapshot.Text(assignment, "id")!.Split("/providers/Microsoft.Authorization/")[0].Split('/')[^2];
        return $"{role} on {scope}";
    }
}
