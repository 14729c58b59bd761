using System.Globalization;
using System.Text;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Results.Summary;
using AeServerless.Functions.Views;

namespace AeServerless.Functions.Reports;

/// <summary>What the report tells of one latent.</summary>
/// <param name="autoencoder">Its autoencoder.</param>
/// <param name="views">What is known beside the summary.</param>
/// <param name="examples">Examples of each kind.</param>
internal sealed class LatentCards(AutoencoderSummary autoencoder, RunViews views, int examples)
{
    private const int Partners = 8;
    private const int Shades = 9;

    private readonly AutoencoderKey _key = new(autoencoder.Autoencoder, autoencoder.Layer);

    public void Add(StringBuilder page, LatentSummary latent)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{autoencoder.Autoencoder}-{autoencoder.Layer}-{latent.Latent}");
        page.Append(CultureInfo.InvariantCulture, $"<details id=\"{Html.Text(id)}\"><summary><b>{latent.Latent}</b> ");
        page.Append(CultureInfo.InvariantCulture, $"at {Html.Percent(latent.Scalars[0].Frequency)} of tokens, ");
        page.Append(CultureInfo.InvariantCulture, $"mean {Html.Number(latent.Scalars[0].Mean)}, max {Html.Number(latent.Scalars[0].Max)}");
        AddTokens(page, latent.Latent, brief: true);
        page.Append("</summary>\n");
        AddScalars(page, latent);
        AddTokens(page, latent.Latent, brief: false);
        AddPartners(page, latent.Latent);
        var ranking = latent.Scalars[0];
        AddExamples(page, latent.Latent, "Largest", ranking.Top, ranking);
        AddExamples(page, latent.Latent, "Most negative", ranking.Bottom, ranking);
        AddExamples(page, latent.Latent, "Random", ranking.Random, ranking);
        page.Append("</details>\n");
    }

    private void AddScalars(StringBuilder page, LatentSummary latent)
    {
        page.Append(ReportStyle.Wide)
            .Append("<table><tr><th>Scalar</th><th>Frequency</th><th>Mean</th><th>Mean |x|</th><th>Sign</th><th>Min</th>");
        page.Append("<th>Max</th><th>Skewness</th><th>Kurtosis</th><th>Error norm</th></tr>");
        foreach (var scalar in latent.Scalars)
        {
            var figures = scalar.Figures;
            page.Append("<tr><td>").Append(Html.Text(scalar.Scalar)).Append("</td>");
            foreach (var cell in (string[])
            [
                Html.Percent(scalar.Frequency), Html.Number(scalar.Mean), Html.Number(figures.MeanAbsolute),
                Html.Number(figures.SignConsistency), Html.Number(scalar.Min), Html.Number(scalar.Max), Html.Number(figures.Skewness),
                Html.Number(figures.Kurtosis), Html.Number(figures.ErrorNormWhenActive),
            ])
            {
                page.Append("<td>").Append(cell).Append("</td>");
            }

            page.Append("</tr>");
        }

        page.Append("</table></div><div class=\"g\">");
        foreach (var scalar in latent.Scalars)
        {
            AddHistogram(page, scalar);
        }

        page.Append("</div>\n");
    }

    private void AddHistogram(StringBuilder page, LatentScalarSummary scalar)
    {
        long[] counts = [.. scalar.Negative.Reverse(), .. scalar.Positive];
        if (autoencoder.Distribution is not { } all || counts.All(count => count == 0))
        {
            return;
        }

        var first = Array.FindIndex(counts, count => count > 0);
        var last = Array.FindLastIndex(counts, count => count > 0);
        page.Append("<figure>").Append(Svg.Bars(
            counts[first..(last + 1)],
            Edge(all.Edges, scalar, first, scalar.Min),
            Edge(all.Edges, scalar, last + 1, scalar.Max),
            $"values of {scalar.Scalar}, in logarithms of their magnitude",
            Math.Max(0, scalar.Negative.Count - first)));
        page.Append("<figcaption>").Append(Html.Text(scalar.Scalar)).Append("</figcaption></figure>");
    }

    // The outer bins have no edge that says anything.
    private static string Edge(IReadOnlyList<float> edges, LatentScalarSummary scalar, int at, float outer)
    {
        var place = at - scalar.Negative.Count;
        var edge = place < 0 ? -edges[-place] : edges[Math.Min(place, edges.Count - 1)];
        return Html.Number(float.IsInfinity(edge) ? outer : edge);
    }

    private void AddTokens(StringBuilder page, int latent, bool brief)
    {
        if (!views.Logits.TryGetValue(_key, out var logits) || views.Texts is not { } text)
        {
            return;
        }

        if (brief)
        {
            page.Append(" <small>").Append(Tokens(logits.Promoted(latent)[..Math.Min(4, logits.Count)], text)).Append("</small>");
            return;
        }

        page.Append("<p>Promotes ").Append(Tokens(logits.Promoted(latent), text));
        page.Append("<br>Suppresses ").Append(Tokens(logits.Suppressed(latent), text)).Append("</p>\n");
    }

    private static string Tokens(ReadOnlySpan<int> tokens, Func<long, string> text)
    {
        var shown = new StringBuilder();
        foreach (var token in tokens)
        {
            shown.Append(token < 0 ? "" : $"<code>{Html.Token(text(token))}</code> ");
        }

        return shown.ToString();
    }

    private void AddPartners(StringBuilder page, int latent)
    {
        if (!views.Coactive.TryGetValue(_key, out var coactive) || coactive.Of(latent) is not { IsEmpty: false } partners)
        {
            return;
        }

        page.Append("<p>Fires with ");
        foreach (var (partner, count) in partners[..Math.Min(Partners, partners.Length)])
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{autoencoder.Autoencoder}-{autoencoder.Layer}-{partner}");
            var name = autoencoder.Reported.Any(other => other.Latent == partner)
                ? $"<a href=\"#{Html.Text(id)}\">{partner}</a>"
                : $"{partner}";
            page.Append(CultureInfo.InvariantCulture, $"{name} <small>({Html.Count(count)})</small> ");
        }

        page.Append("</p>\n");
    }

    private void AddExamples(
        StringBuilder page, int latent, string title, IReadOnlyList<ExampleSummary> all, LatentScalarSummary scalar)
    {
        if (all.Count == 0)
        {
            return;
        }

        page.Append("<h3>").Append(title).Append("</h3>\n");
        foreach (var example in all.Take(examples))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<div class=\"x\"><small>{Html.Number(example.Value)} · sequence {example.Sequence}, ");
            page.Append(CultureInfo.InvariantCulture, $"position {example.Position}</small> ");
            if (example.Context is { } context)
            {
                AddContext(page, latent, example, context, Math.Max(Math.Abs(scalar.Max), Math.Abs(scalar.Min)));
            }

            page.Append("</div>\n");
        }
    }

    private void AddContext(StringBuilder page, int latent, ExampleSummary example, ExampleContext context, float strongest)
    {
        var heat = views.Heat.GetValueOrDefault(_key);
        page.Append("<span class=\"t\">");
        for (var i = 0; i < context.Tokens.Count; i++)
        {
            // Without a tokenizer tokens are shown by their ids.
            var token = context.Texts is { } texts
                ? Html.Token(texts[i])
                : $"{context.Tokens[i].ToString(CultureInfo.InvariantCulture)} ";
            var position = context.FirstPosition + i;
            var value = position == example.Position ? example.Value : heat?.Of(latent, example.Sequence, position) ?? 0;
            if (value == 0)
            {
                page.Append(token);
                continue;
            }

            var shade = Math.Clamp((int)Math.Ceiling(Shades * Math.Abs(value) / strongest), 1, Shades);
            var tag = position == example.Position ? "mark" : "i";
            page.Append(CultureInfo.InvariantCulture, $"<{tag} class=\"{(value < 0 ? 'n' : 'p')}{shade}\" title=\"{Html.Number(value)}\">");
            page.Append(CultureInfo.InvariantCulture, $"{token}</{tag}>");
        }

        page.Append("</span>");
    }
}
