#pragma once

#include "wire/still.hpp"

/// What each format's file has for still.cpp. For wire/still*.cpp only.
namespace shopcast::wire {

Result<Still> jpeg_essence(ByteSpan upload);
Result<Still> png_essence(ByteSpan upload);
Result<Still> webp_essence(ByteSpan upload);

}  // namespace shopcast::wire
