// Draws one frame into one viewport: filter, window, letterbox.
// The CPU reference is lut/draw.rs; both must agree within 1 grey level.

// Keep in sync with `View` in gpu_data.rs.
struct View {
    // Image coordinate = x · screen + y, along screen x and screen y.
    along_x: vec2<f32>,
    along_y: vec2<f32>,
    // Columns, rows.
    image: vec2<u32>,
    tile: vec2<u32>,
    // Top left corner of the viewport in the target.
    origin: vec2<f32>,
    tiles_across: u32,
    flags: u32,
    shade_origin: f32,
    shade_gain: f32,
    padding_low: f32,
    padding_high: f32,
    table_last: u32,
    curve_start: u32,
    curve_last: u32,
    table_first: i32,
}

// Keep in sync with gpu_data.rs.
const SIDEWAYS = 1u;
const SHARP = 2u;
const INVERSE = 4u;
const PADDING = 8u;
const TABLE = 16u;
const CURVE = 32u;

// Keep in sync with tables.rs.
const TABLE_WIDTH = 1024u;
// Keep in sync with lut/draw.rs.
const EDGE = 0.001953125;

const BLACK = vec4<f32>(0.0, 0.0, 0.0, 1.0);

@group(0) @binding(0) var<uniform> view: View;
@group(0) @binding(1) var texels: texture_2d_array<TEXEL>;
@group(0) @binding(2) var tables: texture_2d<f32>;

// One triangle over the whole viewport.
@vertex
fn vs_main(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let x = f32(index & 1u) * 4.0 - 1.0;
    let y = f32(index >> 1u) * 4.0 - 1.0;
    return vec4<f32>(x, y, 0.0, 1.0);
}

fn has(flag: u32) -> bool {
    return (view.flags & flag) != 0u;
}

// Image pixel at u along screen x and v along screen y.
fn texel(u: u32, v: u32) -> vec4<TEXEL> {
    let at = select(vec2<u32>(u, v), vec2<u32>(v, u), has(SIDEWAYS));
    let tile = at / view.tile;
    let inside = at - tile * view.tile;
    return textureLoad(texels, vec2<i32>(inside), i32(tile.y * view.tiles_across + tile.x), 0);
}

fn table_at(index: u32) -> f32 {
    return textureLoad(tables, vec2<i32>(vec2<u32>(index % TABLE_WIDTH, index / TABLE_WIDTH)), 0).x;
}

// Run of image pixels along one axis that a screen pixel is made of.
struct Run {
    first: u32,
    end: u32,
    low: f32,
    high: f32,
}

fn run_at(center: f32, step: f32, count: u32) -> Run {
    let limit = f32(count);
    if has(SHARP) {
        let nearest = min(u32(max(center + EDGE, 0.0)), count - 1u);
        return Run(nearest, nearest + 1u, f32(nearest), f32(nearest) + 1.0);
    }
    let half = max(abs(step), 1.0) * 0.5;
    let low = max(center - half, 0.0);
    let high = min(center + half, limit);
    let first = min(u32(low), count - 1u);
    return Run(first, clamp(u32(ceil(high)), first + 1u, count), low, high);
}

fn overlap(run: Run, index: u32) -> f32 {
    return max(min(f32(index) + 1.0, run.high) - max(f32(index), run.low), 0.0);
}

// Image pixels along screen x and screen y.
fn counts() -> vec2<u32> {
    return select(view.image, view.image.yx, has(SIDEWAYS));
}

fn image_at(position: vec2<f32>) -> vec2<f32> {
    let screen = position - view.origin;
    return vec2<f32>(
        view.along_x.x * screen.x + view.along_x.y,
        view.along_y.x * screen.y + view.along_y.y,
    );
}

fn is_outside(center: vec2<f32>) -> bool {
    let limit = vec2<f32>(counts()) - EDGE;
    return any(center < vec2<f32>(-EDGE)) || any(center >= limit);
}

fn is_padding(stored: f32) -> bool {
    return has(PADDING) && stored >= view.padding_low && stored <= view.padding_high;
}

fn modality(stored: f32) -> f32 {
    if !has(TABLE) {
        return stored;
    }
    let index = clamp(stored - f32(view.table_first), 0.0, f32(view.table_last));
    return table_at(u32(index));
}

// Grey level, 0–255, before rounding.
fn grey(value: f32) -> f32 {
    let t = (value - view.shade_origin) * view.shade_gain;
    var level = t;
    if has(CURVE) {
        let place = clamp(t, 0.0, f32(view.curve_last));
        let index = min(u32(place), view.curve_last - 1u);
        let a = table_at(view.curve_start + index);
        let b = table_at(view.curve_start + index + 1u);
        level = a + (b - a) * (place - f32(index));
    }
    return clamp(select(level, 255.0 - level, has(INVERSE)), 0.0, 255.0);
}

@fragment
fn fs_grey(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let center = image_at(position.xy);
    if is_outside(center) {
        return BLACK;
    }
    let across = run_at(center.x, view.along_x.x, counts().x);
    let down = run_at(center.y, view.along_y.x, counts().y);
    var sum = 0.0;
    var found = 0.0;
    var all = 0.0;
    for (var v = down.first; v < down.end; v++) {
        let weight_y = overlap(down, v);
        for (var u = across.first; u < across.end; u++) {
            let weight = weight_y * overlap(across, u);
            let stored = f32(texel(u, v).x);
            all += weight;
            if !is_padding(stored) {
                sum += modality(stored) * weight;
                found += weight;
            }
        }
    }
    if found <= 0.0 {
        return BLACK;
    }
    let level = grey(sum / found) * (found / all);
    return vec4<f32>(vec3<f32>(floor(level + 0.5) / 255.0), 1.0);
}

@fragment
fn fs_colour(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let center = image_at(position.xy);
    if is_outside(center) {
        return BLACK;
    }
    let across = run_at(center.x, view.along_x.x, counts().x);
    let down = run_at(center.y, view.along_y.x, counts().y);
    var sum = vec3<f32>(0.0);
    var all = 0.0;
    for (var v = down.first; v < down.end; v++) {
        let weight_y = overlap(down, v);
        for (var u = across.first; u < across.end; u++) {
            let weight = weight_y * overlap(across, u);
            all += weight;
            sum += vec3<f32>(texel(u, v).xyz) * weight;
        }
    }
    let mean = sum / all;
    let level = select(mean, 255.0 - mean, has(INVERSE));
    return vec4<f32>(floor(level + 0.5) / 255.0, 1.0);
}
