using System.Globalization;
using System.Text;
using AeServerless.Engine.Results.Summary;
using AeServerless.Functions.Views;

namespace AeServerless.Functions.Reports;

/// <summary>Renders a run's results as one page that needs nothing else: no script, no style sheet, no address.</summary>
public static class ReportPage
{
    /// <summary>The file's name beside the run's results.</summary>
    public const string FileName = "report.html";

    /// <summary>The most bytes of a page, as long as one latent of each autoencoder fits.</summary>
    public const int MaxBytes = 5_000_000 - 1;

    // What is told of so many latents of each autoencoder, with so many examples: the first that fits.
    private static readonly (int Latents, int Examples)[] Sizes =
        [(100, 5), (100, 3), (100, 2), (100, 1), (50, 1), (25, 1), (10, 1), (5, 1), (1, 1)];

    /// <summary>Renders results. The same results give the same bytes.</summary>
    public static byte[] Render(RunSummary summary, RunViews views)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(views);
        var page = Array.Empty<byte>();
        foreach (var (latents, examples) in Sizes)
        {
            page = Render(summary, views, latents, examples);
            if (page.Length <= MaxBytes)
            {
                break;
            }
        }

        return page;
    }

    private static byte[] Render(RunSummary summary, RunViews views, int latents, int examples)
    {
        var page = new StringBuilder();
        var title = Html.Text(summary.Recipe is null ? summary.Dataset : $"{summary.Recipe} over {summary.Dataset}");
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(title);
        page.Append("</title><meta name=\"viewport\" content=\"width=device-width\"><style>").Append(ReportStyle.Text);
        page.Append("</style></head><body><main>\n<h1>").Append(title).Append("</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{summary.Tokens:N0} tokens in {summary.Sequences:N0} sequences</p>\n");
        AddAutoencoders(page, summary.Autoencoders);
        AddScalars(page, summary.Scalars);
        foreach (var section in summary.Autoencoders.AsParallel().AsOrdered().Select(
            autoencoder => Latents(autoencoder, new LatentCards(autoencoder, views, examples), latents)))
        {
            page.Append(section);
        }

        return Encoding.UTF8.GetBytes(page.Append("</main></body></html>\n").ToString());
    }

    private static void AddAutoencoders(StringBuilder page, IReadOnlyList<AutoencoderSummary> autoencoders)
    {
        page.Append(ReportStyle.Wide).Append("<table><tr><th>Autoencoder</th><th>Layer</th><th>Tokens</th><th>Not finite</th><th>L0</th>");
        page.Append("<th>MSE</th><th>FVU</th><th>Input norm</th><th>Dead latents</th></tr>\n");
        foreach (var row in autoencoders)
        {
            page.Append(
                CultureInfo.InvariantCulture, $"<tr><td>{Html.Text(row.Autoencoder)}</td><td>{row.Layer}</td><td>{row.Tokens:N0}</td>");
            page.Append(
                CultureInfo.InvariantCulture,
                $"<td>{row.NonFiniteTokens:N0}</td><td>{row.ActiveLatents:F1}{Published(row.Published?.ActiveLatents, "F1")}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{row.MeanSquaredError:G4}</td><td>{row.FractionOfVarianceUnexplained:F3}");
            page.Append(CultureInfo.InvariantCulture, $"{Published(row.Published?.FractionOfVarianceUnexplained, "F3")}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{row.InputNorm:G4}</td><td>{Dead(row)}</td></tr>\n");
        }

        page.Append("</table></div>\n");
        foreach (var row in autoencoders)
        {
            if (row.Excluded is { } excluded)
            {
                page.Append(
                    CultureInfo.InvariantCulture, $"<p>{Html.Text(row.Autoencoder)}, layer {row.Layer}: {excluded.Total():N0} tokens ");
                page.Append(CultureInfo.InvariantCulture, $"excluded ({excluded.Masked:N0} masked, {excluded.Positions:N0} by position, ");
                page.Append(CultureInfo.InvariantCulture, $"{excluded.TokenIds:N0} by id, {excluded.NormAbove:N0} by norm)</p>\n");
            }
        }
    }

    private static string Dead(AutoencoderSummary row) =>
        row.Distribution is { } all ? Html.Count(all.Frequencies.Count - row.ByStrength.Count) : "–";

    private static void AddScalars(StringBuilder page, IReadOnlyList<ScalarSummary> scalars)
    {
        page.Append("<details><summary>Derived scalars</summary>").Append(ReportStyle.Wide);
        page.Append("<table><tr><th>Derived scalar</th><th>Layer</th><th>Width</th><th>Active latents</th><th>Values</th></tr>\n");
        foreach (var row in scalars)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Html.Text(row.Scalar)}</td><td>{row.Layer}</td><td>{row.Width:N0}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{row.ActiveLatents:N0}</td><td>{row.NonZeros:N0}</td></tr>\n");
        }

        page.Append("</table></div></details>\n");
    }

    private static StringBuilder Latents(AutoencoderSummary autoencoder, LatentCards cards, int latents)
    {
        var page = new StringBuilder();
        if (autoencoder.Reported.Count == 0)
        {
            return page;
        }

        page.Append(CultureInfo.InvariantCulture, $"<h2>{Html.Text(autoencoder.Autoencoder)}, layer {autoencoder.Layer}</h2>\n");
        if (autoencoder.Distribution is { } all)
        {
            page.Append("<div class=\"g\">");
            foreach (var (title, plot) in RunPlots.Of(all))
            {
                page.Append("<figure>").Append(plot).Append("<figcaption>").Append(Html.Text(title)).Append("</figcaption></figure>");
            }

            page.Append("</div>\n");
        }

        var shown = Math.Min(latents, autoencoder.Reported.Count);
        page.Append(
            CultureInfo.InvariantCulture,
            $"<p>The {shown} latents with the largest mean square over all tokens, the strongest first.</p>\n");
        foreach (var latent in autoencoder.Reported.Take(shown))
        {
            cards.Add(page, latent);
        }

        return page;
    }

    private static string Published(double? figure, string format) => figure is { } known
        ? $" <small>({known.ToString(format, CultureInfo.InvariantCulture)} published)</small>"
        : "";
}
