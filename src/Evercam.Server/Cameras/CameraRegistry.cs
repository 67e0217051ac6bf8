using System.Globalization;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Cameras;

/// <summary>Makes, changes and deletes cameras, and tells their recorders. Whoever asks has the right to.</summary>
internal sealed class CameraRegistry(
    EvercamDb db, AccessCache access, CameraNews news, ActivityLog log, IOptions<CameraOptions> options, TimeProvider clock)
{
    /// <summary>How often a save that someone else got ahead of is tried again, with the rules checked anew.</summary>
    private const int Attempts = 5;

    /// <summary>Makes a camera. Its owner is loaded with it.</summary>
    /// <exception cref="ApiException">It breaks rules (400), or the owner is no user any more (401).</exception>
    public async Task<Camera> CreateAsync(
        long ownerKey, NewCamera request, Actor actor, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var owner = await db.Users.SingleOrDefaultAsync(user => user.Id == ownerKey, cancellation)
                ?? throw ApiException.Unauthenticated();
            var broken = CameraRules.Check(request);
            var model = await FindModelAsync(request.Fields, broken, cancellation);
            if (await db.Cameras.AnyAsync(camera => camera.Id == request.Id, cancellation))
            {
                broken.Add("camera already exists");
            }

            // Of several at once one or two may slip through: this keeps out thousands, not the one too many.
            if (await db.Cameras.CountAsync(camera => camera.OwnerKey == ownerKey, cancellation) >= options.Value.PerUser)
            {
                broken.Add(string.Create(CultureInfo.InvariantCulture, $"you can have at most {options.Value.PerUser} cameras"));
            }

            ThrowIfBroken(broken);
            var camera = Compose(request, owner, model);
            db.Add(camera);
            db.Add(actor.Did(ActivityKind.Created, camera.Key, clock.GetUtcNow()));
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException refused) when (attempt < Attempts && !refused.IsDatabaseUnavailable())
            {
                // The id was taken meanwhile, or the owner is gone: the next look tells which.
                db.ChangeTracker.Clear();
                continue;
            }

            await news.SavedAsync(camera.Key);
            return camera;
        }
    }

    /// <summary>Changes a camera. Its owner is loaded with it. Where nothing is changed, it was only looked at.</summary>
    /// <returns>The camera as it is now.</returns>
    /// <exception cref="ApiException">The change breaks rules (400), or there is no such camera any more (404).</exception>
    /// <param name="key">Which camera.</param>
    /// <param name="change">What is to be changed.</param>
    /// <param name="knowsLogin">Whether whoever asks may see the camera's own account.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public async Task<Camera> ChangeAsync(
        long key, CameraChange change, bool knowsLogin, Actor actor, CancellationToken cancellation)
    {
        var camera = await db.Cameras.Include(c => c.Owner).SingleOrDefaultAsync(c => c.Key == key, cancellation)
            ?? throw NoCamera();
        if (change.IsEmpty)
        {
            log.Saw(actor, ActivityKind.Accessed, key);
            return camera;
        }

        var broken = CameraRules.Check(change, camera);
        var model = await FindModelAsync(change.Fields, broken, cancellation);
        ThrowIfBroken(broken);

        var place = CameraRules.PlaceOf(camera);
        CameraRules.Apply(change.Fields, camera);
        if (!knowsLogin && place != CameraRules.PlaceOf(camera))
        {
            CameraRules.KeepLoginFrom(change.Fields, camera);
            // Also what is empty already: somebody who may see it may be typing it in.
            db.Entry(camera).Property(c => c.CamUsername).IsModified = true;
            db.Entry(camera).Property(c => c.CamPassword).IsModified = true;
            db.Entry(camera).Property(c => c.JpgUrl).IsModified = true;
        }

        if (change.Fields is not { Vendor: null, Model: null })
        {
            camera.ModelKey = model?.Key;
        }

        var line = CameraChanges.NamesOf(db.Entry(camera)) is { Length: > 0 } changed
            ? actor.Did(ActivityKind.Edited, key, clock.GetUtcNow(), changed)
            : null;
        camera.UpdatedAt = clock.GetUtcNow().ToUnixTimeSeconds();
        try
        {
            await SaveAsync(camera, change.Fields.IsPublic, line, actor, cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw NoCamera();
        }

        if (line is null)
        {
            log.Saw(actor, ActivityKind.Accessed, key);
        }

        access.Forget(key);
        await news.SavedAsync(camera.Key);
        return camera;
    }

    /// <summary>Deletes a camera with its pictures.</summary>
    /// <exception cref="ApiException">There is no such camera any more (404).</exception>
    public async Task DeleteAsync(long key, CancellationToken cancellation)
    {
        if (!await db.DeleteCameraAsync(key, cancellation))
        {
            throw NoCamera();
        }

        access.Forget(key);
        await news.DeletedAsync(key);
    }

    private static ApiException NoCamera() => ApiException.NotFound("Camera does not exist");

    private static void ThrowIfBroken(List<string> broken)
    {
        if (broken.Count > 0)
        {
            throw ApiException.BrokenRules(broken);
        }
    }

    private Camera Compose(NewCamera request, User owner, CameraModel? model)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var camera = new Camera
        {
            Key = CameraKeys.Next(clock),
            Id = request.Id,
            OwnerKey = owner.Id,
            Owner = owner,
            Name = request.Fields.Name!,
            IsPublic = false,
            ModelKey = model?.Key,
            CreatedAt = now,
            UpdatedAt = now,
        };
        CameraRules.Apply(request.Fields, camera);
        return camera;
    }

    /// <summary>A camera that is made private loses its public shares, in the same transaction (contract 3.6).</summary>
    /// <param name="camera">The camera with its changes.</param>
    /// <param name="isPublic">What was said of its visibility, if anything.</param>
    /// <param name="line">What its log says of it, if anything.</param>
    /// <param name="actor">Who changes it.</param>
    /// <param name="cancellation">Ends the work.</param>
    private async Task SaveAsync(
        Camera camera, bool? isPublic, Activity? line, Actor actor, CancellationToken cancellation)
    {
        // Said is said, also if the camera was so before: somebody else may be changing it.
        db.Entry(camera).Property(c => c.IsPublic).IsModified = isPublic is not null;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.SaveChangesAsync(cancellation);
        if (line is not null)
        {
            // After the camera: a line about one that is gone would be refused, and whoever deletes one takes its row first, too.
            db.Add(line);
            await db.SaveChangesAsync(cancellation);
        }

        if (isPublic is false)
        {
            var open = db.Shares.Where(share => share.CameraKey == camera.Key && share.Kind == ShareKind.Public);
            await db.EndSharesAsync(open, share => actor.Ended(share, clock.GetUtcNow()), cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    /// <summary>The model that a request names; <see langword="null"/> if it names or clears none, or names a wrong one.</summary>
    public async Task<CameraModel?> FindModelAsync(CameraFields fields, List<string> broken, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(fields.Vendor))
        {
            if (fields.Vendor is null && !string.IsNullOrWhiteSpace(fields.Model))
            {
                broken.Add("if you provide model you must also provide vendor");
            }

            return null;
        }

        var vendor = await db.Vendors.AsNoTracking().WithId(fields.Vendor).SingleOrDefaultAsync(cancellation);
        if (vendor is null)
        {
            broken.Add("vendor does not exist");
            return null;
        }

        if (fields.Model is not null && string.IsNullOrWhiteSpace(fields.Model))
        {
            return null;
        }

        var models = await db.CameraModels.AsNoTracking().Where(m => m.VendorKey == vendor.Key).ToListAsync(cancellation);
        var model = models.Named(fields.Model ?? CameraModel.Default);
        if (model is null)
        {
            broken.Add(fields.Model is null ? "no default model for this vendor" : "model does not exist");
        }

        return model;
    }
}
