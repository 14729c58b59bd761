using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Tests.Autoencoders;

public sealed class EncoderGradientTests
{
    private const int Width = 9;
    private const double Step = 1e-3;

    public static TheoryData<bool, InputNorm, bool> Maps
    {
        get
        {
            var data = new TheoryData<bool, InputNorm, bool>();
            foreach (var norm in Enum.GetValues<InputNorm>())
            {
                foreach (var (centred, glu) in ((bool, bool)[])[(false, false), (true, false), (false, true), (true, true)])
                {
                    data.Add(centred, norm, glu);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void Gradient_IsThatOfFiniteDifferences(bool centred, InputNorm norm, bool glu)
    {
        var random = new Random(5);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
        var autoencoder = new Autoencoder(
            "random", Values(Width), Values(Width), [20], new LatentDirections(Values(Width), Width), Activation.ReLU, new AutoencoderMaps
            {
                Input = new InputMap(centred, norm, SubtractsBias: true),
                GluEncoder = glu ? new EncoderRows(Values(Width), Width) : null,
                GluBias = glu ? Values(1) : null,
            });
        var x = Values(Width);
        var gradient = new float[Width];
        EncoderGradient.Compute(autoencoder, 0, x, gradient);
        for (var i = 0; i < Width; i++)
        {
            var (above, below) = ((float[])x.Clone(), (float[])x.Clone());
            above[i] += (float)Step;
            below[i] -= (float)Step;
            var slope = (PreActivation(autoencoder, above) - PreActivation(autoencoder, below)) / (above[i] - (double)below[i]);
            Assert.Equal(slope, gradient[i], 2e-3 * Math.Max(1, Math.Abs(slope)));
        }
    }

    private static double PreActivation(Autoencoder autoencoder, float[] x)
    {
        var mapped = new float[Width];
        InputMapping.Apply(autoencoder, x, mapped);
        double Product(ReadOnlySpan<float> row, double bias)
        {
            for (var i = 0; i < Width; i++)
            {
                bias += (double)row[i] * mapped[i];
            }

            return bias;
        }

        var z = Product(autoencoder.EncoderRow(0), autoencoder.LatentBias[0]);
        return autoencoder.GluEncoder is { } glu ? z / (1 + Math.Exp(-Product(glu.Row(0), autoencoder.GluBias![0]))) : z;
    }
}
