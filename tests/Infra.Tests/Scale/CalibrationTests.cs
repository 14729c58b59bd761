using AeServerless.Bench.Scale;
using CsCheck;

namespace AeServerless.Infra.Tests.Scale;

public sealed class CalibrationTests
{
    [Fact]
    public void Fit_FindsTheSpeedAndOverheadThatMadeTheRuns() =>
        Gen.Select(Gen.Double[1_000, 100_000], Gen.Double[0.01, 5]).Sample(
            (speed, overhead) =>
            {
                int[] chunks = [4_096, 16_384, 65_536];
                var fitted = Calibration.Fit([.. chunks.Select(chunk =>
                    new MeasuredRun(262_144, chunk, 262_144 / chunk, (262_144 / speed) + (262_144 / chunk * overhead)))]);
                return Math.Abs((fitted.TokensPerSecond / speed) - 1) < 1e-6
                    && Math.Abs((fitted.ChunkOverheadSeconds / overhead) - 1) < 1e-6;
            },
            iter: 100);

    [Fact]
    public void MeasuredRun_IsPredictedFromTheOthers()
    {
        var runs = MeasuredRun.Read(Repository.PathOf("bench/Scale/measured.json"));

        Assert.True(runs.Count >= 4);
        Assert.All(runs, held =>
            Assert.InRange(Calibration.Fit([.. runs.Where(run => run != held)]).Predict(held) / held.Seconds, 0.75, 1.33));
    }

    [Fact]
    public void RunsOfOneChunkSize_AreRefused() =>
        Assert.Throws<ArgumentException>(() => Calibration.Fit([new MeasuredRun(1_000, 100, 10, 1), new MeasuredRun(2_000, 100, 20, 2)]));
}
