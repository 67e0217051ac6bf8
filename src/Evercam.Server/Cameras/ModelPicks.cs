using Evercam.Server.Vendors;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Cameras;

/// <summary>Helps people to say what their camera is, and fills in what is known of it.</summary>
internal sealed class ModelPicks(EvercamDb db)
{
    /// <summary>The makers that there are models of, and the models of the one that was chosen.</summary>
    public async Task ListAsync(CameraFormView view, CancellationToken cancellation)
    {
        var form = view.Form;
        var vendors = await db.Vendors.Where(vendor => vendor.Models.Count > 0).Select(vendor => new { vendor.Id, vendor.Name })
            .ToListAsync(cancellation);
        view.Vendors = WithTyped(
            [.. vendors.OrderBy(vendor => vendor.Name, StringComparer.OrdinalIgnoreCase).Select(vendor => (vendor.Id, vendor.Name))], form["vendor"]);
        var models = await ModelsOfAsync(form["vendor"], cancellation);
        var names = models.Where(model => model.Name != CameraModel.Default).Select(model => model.Name)
            .Concat(models.SelectMany(model => model.KnownModels)).Where(name => name != CameraModel.Default)
            .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase);
        view.Models = WithTyped([.. names.Select(name => (name, name))], form["model"]);
        form.Typed["models_of"] = form["vendor"];
    }

    /// <summary>Chooses the maker that the MAC address belongs to, if it makes cameras.</summary>
    /// <returns>What was wrong, if anything.</returns>
    public async Task<string?> ChooseMakerAsync(CameraForm form, CancellationToken cancellation)
    {
        if (MacPrefix.Of(form["mac_address"]) is not { } prefix)
        {
            return "A MAC address is six pairs such as 00:0d:f0:12:34:56, and the first three tell the maker. It is often printed on the camera.";
        }

        var vendor = await db.VendorMacs.Where(known => known.Prefix == prefix && known.Vendor!.Models.Count > 0)
            .OrderBy(known => known.Vendor!.Id).Select(known => known.Vendor!.Id).FirstOrDefaultAsync(cancellation);
        if (vendor is null)
        {
            return "No maker of cameras is known to use this address.";
        }

        (form.Typed["vendor"], form.Typed["model"]) = (vendor, "");
        return null;
    }

    /// <summary>Fills in what is known of the chosen model, where nothing was typed but what is known of another.</summary>
    public async Task FillAsync(CameraForm form, CancellationToken cancellation)
    {
        var (vendor, model) = form["filled"].Split(' ', 2) is [var maker, var type] ? (maker, type) : (form["filled"], "");
        var old = await FindAsync(vendor, model, cancellation);
        var chosen = await FindAsync(form["vendor"], form["model"], cancellation);
        Fill("jpg_url", model => model.JpgUrl);
        Fill("external_http_port", model => model.HttpPort?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Fill("cam_username", model => model.Username);
        form.Typed["filled"] = $"{form["vendor"]} {form["model"]}";

        void Fill(string field, Func<CameraModel, string?> known)
        {
            if (form[field].Length == 0 || (old is not null && form[field] == known(old)))
            {
                form.Typed[field] = chosen is null ? "" : known(chosen) ?? "";
            }
        }
    }

    private async Task<CameraModel?> FindAsync(string vendor, string model, CancellationToken cancellation) =>
        (await ModelsOfAsync(vendor, cancellation)).Named(model.Length > 0 ? model : CameraModel.Default);

    private async Task<List<CameraModel>> ModelsOfAsync(string vendor, CancellationToken cancellation) => vendor.Length == 0
        ? []
        : await db.Vendors.WithId(vendor).SelectMany(known => known.Models).AsNoTracking().ToListAsync(cancellation);

    /// <summary>Whatever was typed is among what can be chosen: the page comes back with it, and says what is wrong.</summary>
    private static List<(string Value, string Text)> WithTyped(List<(string Value, string Text)> options, string typed)
    {
        if (typed.Length > 0 && !options.Exists(option => option.Value == typed))
        {
            options.Add((typed, typed));
        }

        return options;
    }
}
