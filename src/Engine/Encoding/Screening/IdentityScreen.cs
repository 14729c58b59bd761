using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>Rules nothing out: for activations that keep every latent.</summary>
internal sealed class IdentityScreen(Autoencoder autoencoder) : Screen(autoencoder)
{
    public override ScreenLane CreateLane(int tokens) => new Lane(Autoencoder.LatentCount, tokens);

    public override void Dispose()
    {
    }

    private sealed class Lane(int latentCount, int tokens) : ScreenLane
    {
        private readonly bool[] _loaded = new bool[tokens];

        public override void Load(int row, ReadOnlySpan<float> centred, double norm) => _loaded[row] = true;

        public override void Skip(int row) => _loaded[row] = false;

        public override void Collect(int rows, Candidates candidates)
        {
            candidates.Reserve(rows * latentCount);
            for (var block = 0; block < latentCount; block += LatentBlock)
            {
                for (var row = 0; row < rows; row++)
                {
                    for (var latent = block; latent < Math.Min(block + LatentBlock, latentCount) && _loaded[row]; latent++)
                    {
                        candidates.Add(row, latent);
                    }
                }
            }
        }

        public override void Dispose()
        {
        }
    }
}
