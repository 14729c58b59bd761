using AeServerless.Formats.Definitions;

namespace AeServerless.Formats.Tests.Definitions;

public sealed class PlaceNamesTests
{
    [Theory]
    [InlineData("blocks.4.hook_resid_post", "resid.post_mlp", 4)]
    [InlineData("blocks.4.hook_resid_pre", "resid.post_mlp", 3)]
    [InlineData("blocks.0.hook_resid_pre", "resid.post_emb", null)]
    [InlineData("blocks.4.hook_resid_mid", "resid.post_attn", 4)]
    [InlineData("blocks.4.attn.hook_z", "attn.v_out", 4)]
    [InlineData("blocks.4.mlp.hook_in", "mlp.in", 4)]
    [InlineData("blocks.4.ln2.hook_normalized", "mlp.in_normalized", 4)]
    [InlineData("hook_embed", "resid.post_emb", null)]
    [InlineData("model.layers.4.output", "resid.post_mlp", 4)]
    [InlineData("model.layers.4.self_attn.o_proj.input", "attn.v_out", 4)]
    [InlineData("model.layers.4.post_feedforward_layernorm.output", "resid.delta_mlp", 4)]
    [InlineData("h.2.mlp.input", "mlp.in", 2)]
    [InlineData("gpt_neox.layers.2.attention.output", "resid.delta_attn", 2)]
    [InlineData("resid_delta_mlp", "resid.delta_mlp", 7)]
    [InlineData("resid.post_mlp", "resid.post_mlp", 7)]
    [InlineData("blocks.4.hook_unheard_of", null, 4)]
    public void Name_MeansItsPlace(string name, string? location, int? layer)
    {
        var place = PlaceNames.Parse(name, layer: 7);
        Assert.Equal((location, layer), (place.Location, place.Layer));
    }
}
