using System.Text.Json;

namespace Evercam.Api;

/// <summary>A maker of cameras, or of anything else in a network.</summary>
/// <param name="Id">What it is called in paths, in lower case.</param>
/// <param name="Name">What people read.</param>
/// <param name="KnownMacs">The beginnings of its MAC addresses, such as <c>00:0D:F0</c>.</param>
/// <param name="IsSupported">Whether a model of it is known.</param>
/// <param name="Models">The names of its models.</param>
public sealed record Vendor(
    string Id, string Name, IReadOnlyList<string> KnownMacs, bool IsSupported, IReadOnlyList<string> Models);

/// <summary>A model.</summary>
/// <param name="Vendor">The maker's id.</param>
/// <param name="Name">Its name; <c>*</c> for any of its maker.</param>
/// <param name="KnownModels">The names that it speaks for.</param>
/// <param name="Defaults">What its cameras are like until somebody says otherwise: an object with <c>snapshots</c> and <c>auth</c>.</param>
public sealed record CameraModel(string Vendor, string Name, IReadOnlyList<string> KnownModels, JsonElement Defaults)
{
    /// <summary>The path of its picture, if it is known.</summary>
    public string? JpgPath => Text("snapshots", "jpg");

    /// <summary>The user name that it comes with, if it is known.</summary>
    public string? UserName => Text("auth", "basic", "username");

    /// <summary>The password that it comes with, if it is known.</summary>
    public string? Password => Text("auth", "basic", "password");

    private string? Text(params ReadOnlySpan<string> path)
    {
        var element = Defaults;
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }
}

/// <summary>Makers of cameras, and their models.</summary>
public sealed class CatalogueCalls
{
    private readonly Wire wire;

    internal CatalogueCalls(Wire wire) => this.wire = wire;

    /// <summary>Lists all known makers, which may be many thousands: <c>GET /v1/vendors</c>.</summary>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Vendor>> ListVendorsAsync(CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/vendors", new(), ApiJson.Default.VendorsAnswer, cancellation)).Vendors;

    /// <summary>Tells who made a device: <c>GET /v1/vendors/{mac}</c>.</summary>
    /// <param name="mac">Three to six octets of its MAC address, with <c>:</c> or <c>-</c>.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Vendor>> FindVendorsAsync(string mac, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/vendors/{mac}", new(), ApiJson.Default.VendorsAnswer, cancellation)).Vendors;

    /// <summary>Lists the makers whose models are known: <c>GET /v1/models</c>.</summary>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Vendor>> ListSupportedAsync(CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/models", new(), ApiJson.Default.VendorsAnswer, cancellation)).Vendors;

    /// <summary>Shows a maker whose models are known: <c>GET /v1/models/{vendor}</c>.</summary>
    /// <param name="vendor">The maker's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Vendor> GetVendorAsync(string vendor, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/models/{vendor}", new(), ApiJson.Default.VendorsAnswer, cancellation)).Vendors.One();

    /// <summary>Shows a model, or the nearest one: <c>GET /v1/models/{vendor}/{model}</c>.</summary>
    /// <param name="vendor">The maker's id.</param>
    /// <param name="model">The model's name; <c>*</c> for any of its maker.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<CameraModel> GetModelAsync(string vendor, string model, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/models/{vendor}/{model}", new(), ApiJson.Default.ModelsAnswer, cancellation)).Models.One();
}

internal sealed record VendorsAnswer(IReadOnlyList<Vendor> Vendors);

internal sealed record ModelsAnswer(IReadOnlyList<CameraModel> Models);
