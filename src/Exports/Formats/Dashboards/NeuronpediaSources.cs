using System.Text.Json;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>The rows that say which release, model and source the features of a folder are of.</summary>
internal sealed class NeuronpediaSources(ExportSession session, string source, string set, SequenceMap sequences)
{
    private readonly DashboardOptions _options = session.Options.Dashboard;

    public void WriteRelease(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", _options.Release);
        json.WriteString("description", _options.Release);
        json.WriteString("creatorName", _options.CreatorName);
        json.WriteString("creatorId", _options.CreatorId);
        json.WriteString("visibility", "PUBLIC");
        json.WriteBoolean("isNewUi", false);
        json.WriteBoolean("featured", false);
        json.WriteString("descriptionShort", _options.Release);
        WriteEmpty(json, "urls");
        json.WriteNull("creatorEmail");
        json.WriteString("creatorNameShort", _options.CreatorName);
        json.WriteNull("defaultSourceSetName");
        json.WriteNull("defaultSourceId");
        WriteEmpty(json, "defaultUmapSourceIds");
        json.WriteString("createdAt", _options.CreatedAt);
        json.WriteEndObject();
    }

    public void WriteModel(Utf8JsonWriter json)
    {
        var model = session.Options.Model;
        json.WriteStartObject();
        json.WriteString("id", model);
        json.WriteBoolean("instruct", false);
        json.WriteString("creatorId", _options.CreatorId);
        json.WriteString("displayNameShort", model);
        json.WriteString("displayName", model);
        json.WriteNull("tlensId");
        json.WriteNull("dimension");
        json.WriteString("visibility", "PUBLIC");
        json.WriteNull("defaultSourceSetName");
        json.WriteNull("defaultSourceId");
        json.WriteBoolean("inferenceEnabled", true);
        json.WriteNumber("layers", 0);
        json.WriteNumber("neuronsPerLayer", 0);
        json.WriteString("createdAt", _options.CreatedAt);
        json.WriteString("owner", "");
        json.WriteString("updatedAt", _options.CreatedAt);
        json.WriteNull("website");
        json.WriteEndObject();
    }

    public void WriteSourceSet(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("modelId", session.Options.Model);
        json.WriteString("name", set);
        json.WriteString("creatorId", _options.CreatorId);
        json.WriteBoolean("hasDashboards", true);
        json.WriteString("visibility", "PUBLIC");
        json.WriteString("description", set);
        json.WriteString("type", "");
        json.WriteString("creatorName", _options.CreatorName);
        WriteEmpty(json, "urls");
        json.WriteNull("creatorEmail");
        json.WriteString("releaseName", _options.Release);
        json.WriteNull("defaultOfModelId");
        json.WriteNumber("defaultRange", 1);
        json.WriteBoolean("defaultShowBreaks", true);
        json.WriteBoolean("showDfa", false);
        json.WriteBoolean("showCorrelated", false);
        json.WriteBoolean("showHeadAttribution", false);
        json.WriteBoolean("showUmap", false);
        json.WriteString("createdAt", _options.CreatedAt);
        json.WriteEndObject();
    }

    public void WriteSource(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", source);
        json.WriteString("modelId", session.Options.Model);
        json.WriteString("setName", set);
        json.WriteString("creatorId", _options.CreatorId);
        json.WriteBoolean("hasDashboards", true);
        json.WriteBoolean("inferenceEnabled", false);
        WriteEmpty(json, "inferenceHosts");
        json.WriteNull("saelensConfig");
        json.WriteNull("saelensRelease");
        json.WriteNull("saelensSaeId");
        json.WriteNull("hfRepoId");
        json.WriteNull("hfFolderId");
        json.WriteString("visibility", "PUBLIC");
        json.WriteNull("defaultOfModelId");
        json.WriteBoolean("hasUmap", false);
        json.WriteBoolean("hasUmapLogSparsity", false);
        json.WriteBoolean("hasUmapClusters", false);
        json.WriteNumber("num_prompts", sequences.Count);
        json.WriteNumber("num_tokens_in_prompt", sequences.Longest);
        json.WriteString("dataset", session.Run.Dataset);
        json.WriteNull("notes");
        json.WriteString("createdAt", _options.CreatedAt);
        json.WriteEndObject();
    }

    private static void WriteEmpty(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }
}
