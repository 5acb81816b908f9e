;; Points of packed floats, taken apart: x, y and z beside each other, whatever else a point holds. Any stride, any byte:
;; WebAssembly reads words wherever they lie.
(module
  (memory (export "memory") 2)

  ;; Where the last call has stopped writing: past the coordinates, and past the indices of the points left out.
  (global $placed (export "placed") (mut i32) (i32.const 0))
  (global $left (export "left") (mut i32) (i32.const 0))

  ;; Takes $count points whose x starts at $from, $stride bytes apart, and one more word of each ($extra bytes after x).
  ;; Coordinates go to $to, the words to $words; of a point with |coordinate| above $farthest, or NaN, only its index ($index
  ;; for the first one) is written, to $dropped. Reads and writes 4 bytes more than there are: leave room. Returns the
  ;; largest of $largest and the words that are finite; all comparisons are of bits, which order floats of one sign.
  (func (export "take") (param $from i32) (param $count i32) (param $stride i32) (param $extra i32) (param $to i32)
      (param $words i32) (param $dropped i32) (param $index i32) (param $farthest i32) (param $largest i32) (result i32)
    (local $point v128) (local $bounds v128) (local $word i32)
    ;; The fourth lane is somebody else's: it passes always.
    (local.set $bounds (i32x4.replace_lane 3 (i32x4.splat (local.get $farthest)) (i32.const 0x7fffffff)))
    (block $done
      (br_if $done (i32.eqz (local.get $count)))
      (loop $next
        (local.set $point (v128.load align=1 (local.get $from)))
        (if (v128.any_true (i32x4.gt_s
              (v128.and (local.get $point) (v128.const i32x4 0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff))
              (local.get $bounds)))
          (then
            (i32.store align=1 (local.get $dropped) (local.get $index))
            (local.set $dropped (i32.add (local.get $dropped) (i32.const 4))))
          (else
            (v128.store align=1 (local.get $to) (local.get $point))
            (local.set $to (i32.add (local.get $to) (i32.const 12)))
            (local.set $word (i32.load align=1 (i32.add (local.get $from) (local.get $extra))))
            (i32.store align=1 (local.get $words) (local.get $word))
            (local.set $words (i32.add (local.get $words) (i32.const 4)))
            (if (i32.and
                  (i32.gt_s (local.get $word) (local.get $largest))
                  (i32.lt_s (local.get $word) (i32.const 0x7f800000)))
              (then (local.set $largest (local.get $word))))))
        (local.set $from (i32.add (local.get $from) (local.get $stride)))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (global.set $placed (local.get $to))
    (global.set $left (local.get $dropped))
    (local.get $largest)))
