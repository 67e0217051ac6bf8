using System.Globalization;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Cameras;

/// <summary>A camera as a person typed it into a form, which may be all wrong; and which button was pressed.</summary>
internal sealed class CameraForm
{
    /// <summary>The fields that the page itself fills in, and nobody sees.</summary>
    private static readonly string[] Unseen = ["models_of", "filled", "seen"];

    /// <summary>The fields that come back as they were typed; the password is none of them.</summary>
    private static readonly string[] Lines =
    [
        "name", "id", "vendor", "model", "mac_address", "external_host", "external_http_port", "jpg_url", "cam_username", "timezone",
        "is_public", "discoverable", "internal_host", "internal_http_port", "external_rtsp_port", "internal_rtsp_port",
        "location_lat", "location_lng", .. Unseen,
    ];

    private readonly List<string> unreadable = [];
    private readonly List<string> odd = [];

    /// <summary>What was typed, by the fields' names; blank where nothing was.</summary>
    public Dictionary<string, string> Typed { get; } = [];

    /// <summary>Rules that are broken by what is no text.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>The button.</summary>
    public string Action { get; private init; } = "";

    /// <summary>The password that was typed now; blank if none was.</summary>
    public string Password { get; private init; } = "";

    /// <summary>The sealed one that was typed before.</summary>
    public string KeptPassword { get; private init; } = "";

    /// <summary>Whether the camera is to have no password.</summary>
    public bool WantsNoPassword { get; private init; }

    public string this[string field] => Typed.GetValueOrDefault(field, "");

    /// <summary>A form that shows this camera, in the form that a person may see.</summary>
    public static CameraForm Showing(CameraResponse camera)
    {
        var form = new CameraForm();
        form.Show("name", camera.Name);
        form.Show("vendor", camera.Vendor);
        form.Show("model", camera.Model == CameraModel.Default ? null : camera.Model);
        form.Show("models_of", camera.Vendor);
        form.Show("filled", $"{form["vendor"]} {form["model"]}");
        form.Show("timezone", camera.Timezone);
        form.Show("is_public", camera.IsPublic ? "true" : null);
        form.Show("discoverable", camera.Discoverable ? "true" : null);
        form.Show("location_lat", camera.Location?.Lat.ToString(CultureInfo.InvariantCulture));
        form.Show("location_lng", camera.Location?.Lng.ToString(CultureInfo.InvariantCulture));
        form.Show("seen", camera.UpdatedAt.ToString(CultureInfo.InvariantCulture));
        if (camera is CameraDetails all)
        {
            form.Show("mac_address", all.MacAddress);
            form.Show("external_host", all.ExternalHost);
            form.Show("internal_host", all.InternalHost);
            form.Show("external_http_port", all.ExternalHttpPort);
            form.Show("internal_http_port", all.InternalHttpPort);
            form.Show("external_rtsp_port", all.ExternalRtspPort);
            form.Show("internal_rtsp_port", all.InternalRtspPort);
            form.Show("jpg_url", all.JpgUrl);
            form.Show("cam_username", all.CamUsername);
        }

        return form;
    }

    public static async ValueTask<CameraForm?> BindAsync(HttpContext context)
    {
        var read = await TypedForm.ReadAsync(context);
        var form = new CameraForm
        {
            Action = read.Line("action"),
            Password = read.Secret("cam_password"),
            KeptPassword = read.Line("kept_password"),
            WantsNoPassword = read.Line("no_password").Length > 0,
        };
        foreach (var name in Lines)
        {
            form.Typed[name] = read.Line(name);
            if (!OneLine.Is(form[name]))
            {
                form.odd.Add(name);
            }
        }

        foreach (var name in Unseen.Where(form.odd.Remove))
        {
            // Nobody could mend it: the page comes back without it.
            form.Typed[name] = "";
            form.unreadable.Add($"{name} is invalid");
        }

        form.unreadable.AddRange(read.Unreadable);
        if (form["vendor"] != form["models_of"])
        {
            // The models on the page were those of another maker.
            form.Typed["model"] = "";
        }

        return form;
    }

    /// <summary>The fields of a new camera: what is blank is left out.</summary>
    /// <param name="password">The password, if there is one.</param>
    public CameraFields ToNew(string? password)
    {
        Refuse(odd);
        return ToFields(Filled, password) with
        {
            Name = this["name"],
            IsPublic = IsTicked("is_public"),
            Discoverable = IsTicked("discoverable"),
            Location = this["location_lat"].Length + this["location_lng"].Length == 0 ? null : ReadLocation(),
            Vendor = Filled("vendor"),
            Model = Filled("model"),
        };
    }

    /// <summary>What differs from what was shown. What is blank and was not is cleared, and what is as it was breaks no rule, also if the
    /// rules have changed since.</summary>
    /// <param name="shown">The form that shows the camera as it is now.</param>
    /// <param name="password">The new password; blank for none from now on, <see langword="null"/> for the one that there is.</param>
    public CameraFields ToChange(CameraForm shown, string? password)
    {
        Refuse(odd.Where(Differs));
        var isSameModel = !Differs("vendor") && !Differs("model");
        return ToFields(name => Differs(name) ? this[name] : null, password) with
        {
            Name = Differs("name") ? this["name"] : null,
            IsPublic = Differs("is_public") ? IsTicked("is_public") : null,
            Discoverable = Differs("discoverable") ? IsTicked("discoverable") : null,
            Location = Differs("location_lat") || Differs("location_lng") ? ReadLocation() : null,
            Vendor = isSameModel ? null : this["vendor"],
            Model = isSameModel || this["vendor"].Length == 0 ? null : Filled("model"),
        };

        bool Differs(string name) => this[name] != shown[name];
    }

    private static CameraFields ToFields(Func<string, string?> read, string? password) => new()
    {
        ExternalHost = read("external_host"),
        InternalHost = read("internal_host"),
        ExternalHttpPort = read("external_http_port"),
        InternalHttpPort = read("internal_http_port"),
        ExternalRtspPort = read("external_rtsp_port"),
        InternalRtspPort = read("internal_rtsp_port"),
        JpgUrl = read("jpg_url"),
        CamUsername = read("cam_username"),
        CamPassword = password,
        Timezone = read("timezone"),
        MacAddress = read("mac_address"),
    };

    private void Refuse(IEnumerable<string> names) => unreadable.AddRange(names.Select(name => $"{name} is invalid"));

    private string? Filled(string name) => this[name] is { Length: > 0 } text ? text : null;

    private bool IsTicked(string name) => this[name].Length > 0;

    private LocationFields ReadLocation()
    {
        return new(Read("location_lng"), Read("location_lat"));

        double? Read(string name)
        {
            var number = ParamText.Fraction(this[name]);
            if (number is null && this[name].Length > 0)
            {
                unreadable.Add($"{name} is invalid");
            }

            return (double?)number;
        }
    }

    private void Show(string name, string? text) => Typed[name] = text ?? "";

    private void Show(string name, int? number) => Show(name, number?.ToString(CultureInfo.InvariantCulture));
}
