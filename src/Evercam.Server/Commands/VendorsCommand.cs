using System.Text.Json.Nodes;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Evercam.Storage.Vendors;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Commands;

/// <summary><c>evercam vendors import FILE</c>: makes vendors of the organisations in the IEEE's registry of MAC prefixes. May run
/// beside the server, and again with a newer file.</summary>
internal static class VendorsCommand
{
    public const string Usage = "Which file? Try: evercam vendors import FILE";

    /// <summary>Exits with 0, or with 2 if the file cannot be used; then nothing was changed.</summary>
    public static async Task<int> RunAsync(IServiceProvider services, string[] arguments, CommandOutput output, CancellationToken cancellation)
    {
        var (registry, complaint) = await ReadAsync(arguments[1], cancellation);
        if (registry is null)
        {
            await output.FailAsync(complaint);
            return CommandLine.Unusable;
        }

        StoragePlace.ExpectDatabase(services);
        await services.OpenEvercamStorageAsync(cancellation);
        var added = await services.ImportVendorsAsync(registry, cancellation);
        await using var db = await services.GetRequiredService<IDbContextFactory<EvercamDb>>().CreateDbContextAsync(cancellation);
        var (vendors, prefixes) = (await db.Vendors.CountAsync(cancellation), await db.VendorMacs.CountAsync(cancellation));
        await output.TellAsync($"{added} vendors are new; {vendors} with {prefixes} MAC prefixes are known now");
        await output.TellAsync(new JsonObject { ["added"] = added, ["vendors"] = vendors, ["prefixes"] = prefixes });
        return 0;
    }

    private static async Task<(VendorRegistry? Registry, string Complaint)> ReadAsync(string file, CancellationToken cancellation)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(file, cancellation);
            return (VendorRegistry.Read(bytes), bytes.Length == 0
                ? $"The file {file} is empty."
                : $"The file {file} is not the IEEE's registry of MAC prefixes (oui.txt or oui.csv).");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"The file {file} cannot be read: {failure.Message}");
        }
    }
}
