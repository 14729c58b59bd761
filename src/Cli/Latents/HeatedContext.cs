using System.Text;
using AeServerless.Cli.Output;
using Spectre.Console;

namespace AeServerless.Cli.Latents;

/// <summary>Tokens with a value each.</summary>
/// <param name="Texts">Texts of the tokens.</param>
/// <param name="Values">A latent's values at them.</param>
/// <param name="Peak">Which of them the example is.</param>
internal sealed record HeatedContext(IReadOnlyList<string> Texts, IReadOnlyList<float> Values, int Peak)
{
    /// <summary>A line without colours: the example in double brackets, other active tokens in single ones.</summary>
    public string ToPlainText()
    {
        var line = new StringBuilder();
        for (var i = 0; i < Texts.Count; i++)
        {
            var text = TerminalText.OneLine(Texts[i]);
            line.Append(i == Peak ? $"[[{text}]]" : Values[i] != 0 ? $"[{text}]" : text);
        }

        return line.ToString();
    }

    /// <summary>A line in colours: the stronger a value, the brighter; green above zero and red below.</summary>
    public Paragraph ToColours(float strongest)
    {
        var line = new Paragraph();
        for (var i = 0; i < Texts.Count; i++)
        {
            line.Append(TerminalText.OneLine(Texts[i]), StyleOf(Values[i], strongest, i == Peak));
        }

        return line;
    }

    private static Style StyleOf(float value, float strongest, bool isPeak)
    {
        if (value == 0 || strongest == 0)
        {
            return Style.Plain;
        }

        const int Darkest = 50;
        var heat = (byte)(Darkest + ((255 - Darkest) * Math.Min(1, Math.Abs(value / strongest))));
        var background = value > 0 ? new Color(0, heat, 0) : new Color(heat, 0, 0);
        var foreground = heat > 140 ? Color.Black : Color.White;
        return new Style(foreground, background, isPeak ? Decoration.Bold | Decoration.Underline : Decoration.None);
    }
}
