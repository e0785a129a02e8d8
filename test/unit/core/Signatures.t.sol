// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {Signatures} from "../../../contracts/core/Signatures.sol";

contract Signatures_Test is Test {
    /// @dev Order of the curve.
    uint256 internal constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    /// @dev mstore(0, magic << 224); return(0, 32)
    bytes internal constant VOUCHING = hex"631626ba7e60e01b5f5260205ff3";

    function isValid(address account, bytes32 hash, bytes calldata sign) external view returns (bool) {
        return Signatures.isValid(account, hash, sign);
    }

    function testFuzz_AKeySigns(uint256 key, bytes32 hash) external view {
        key = bound(key, 1, N - 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);

        assertTrue(this.isValid(vm.addr(key), hash, abi.encodePacked(r, s, v)), "65 bytes");
        assertTrue(this.isValid(vm.addr(key), hash, _compact(v, r, s)), "64 bytes");
    }

    function testFuzz_AKeySignsForItsAccountAlone(uint256 key, bytes32 hash, address other) external view {
        key = bound(key, 1, N - 1);
        vm.assume(other != vm.addr(key) && other.code.length == 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);

        assertFalse(this.isValid(other, hash, abi.encodePacked(r, s, v)), "65 bytes");
        assertFalse(this.isValid(other, hash, _compact(v, r, s)), "64 bytes");
    }

    function testFuzz_AKeySignsOneHash(uint256 key, bytes32 hash, bytes32 other) external view {
        key = bound(key, 1, N - 1);
        vm.assume(hash != other);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);

        assertFalse(this.isValid(vm.addr(key), other, abi.encodePacked(r, s, v)));
    }

    /// @dev The mirror image of a signature recovers the same account, and is refused: one signature has one form.
    function testFuzz_SignaturesAreNotMalleable(uint256 key, bytes32 hash) external view {
        key = bound(key, 1, N - 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);
        s = bytes32(N - uint256(s));
        assertEq(ecrecover(hash, v ^ 7, r, s), vm.addr(key), "recovers");

        assertFalse(this.isValid(vm.addr(key), hash, abi.encodePacked(r, s, v ^ 7)));
    }

    function testFuzz_TheParityIs27Or28(uint256 key, bytes32 hash, uint8 parity) external view {
        key = bound(key, 1, N - 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);

        assertEq(this.isValid(vm.addr(key), hash, abi.encodePacked(r, s, parity)), parity == v);
    }

    function testFuzz_OtherLengthsAreRefused(bytes32 hash, uint256 length) external view {
        length = bound(length, 0, 200);
        vm.assume(length != 64 && length != 65);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(1, hash);
        bytes memory right = abi.encodePacked(r, s, v);
        bytes memory cut = new bytes(length);
        for (uint256 i; i < length && i < 65; ++i) cut[i] = right[i];

        assertFalse(this.isValid(vm.addr(1), hash, cut));
    }

    function testFuzz_ZeroSignsNothing(bytes32 hash, bytes calldata sign) external view {
        assertFalse(this.isValid(address(0), hash, sign), "anything");
        assertFalse(this.isValid(address(0), hash, new bytes(64)), "64 bytes");
        assertFalse(this.isValid(address(0), hash, new bytes(65)), "65 bytes");
    }

    function testFuzz_AContractVouches(bytes32 hash, bytes calldata sign) external {
        address wallet = makeAddr("wallet");
        vm.etch(wallet, hex"5f5ffd");
        bytes4 magic = 0x1626ba7e;
        vm.mockCall(wallet, abi.encodeWithSelector(magic, hash, sign), abi.encode(magic));

        assertTrue(this.isValid(wallet, hash, sign), "this");
        assertFalse(this.isValid(wallet, ~hash, sign), "another hash");
        assertFalse(this.isValid(wallet, hash, bytes.concat(sign, "!")), "another signature");
    }

    /// @dev A contract with a key is a contract.
    function testFuzz_AKeyDoesNotSignForAContract(bytes32 hash) external {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(1, hash);
        vm.etch(vm.addr(1), hex"5f5ffd");

        assertFalse(this.isValid(vm.addr(1), hash, abi.encodePacked(r, s, v)));
    }

    function testFuzz_AnAnswerIsTheMagicValueAndZeros(bytes32 answer) external {
        vm.assume(answer != bytes32(bytes4(0x1626ba7e)));
        _assertAnswerRefused(bytes.concat(hex"7f", answer, hex"5f5260205ff3"));
        // The magic value with dirt behind it.
        _assertAnswerRefused(
            bytes.concat(hex"7f", bytes32(bytes4(0x1626ba7e)) | (answer >> 32) | bytes32(uint256(1)), hex"5f5260205ff3")
        );
    }

    function testFuzz_AnAnswerHasAWordAtLeast(uint8 length) external {
        length = uint8(bound(length, 0, 31));
        _assertAnswerRefused(bytes.concat(hex"631626ba7e60e01b5f5260", bytes1(length), hex"5ff3"));
    }

    function test_ARevertIsANo() external {
        // The magic value, reverted with.
        _assertAnswerRefused(hex"631626ba7e60e01b5f5260205ffd");
        _assertAnswerRefused(hex"fe");
        _assertAnswerRefused(hex"00");
    }

    function testFuzz_AnAccountThatDelegatedItsCodeSignsEitherWay(uint256 key, bytes32 hash) external {
        key = bound(key, 1, N - 1);
        address delegate = makeAddr("delegate");
        vm.etch(delegate, hex"5f5ffd");
        vm.etch(vm.addr(key), abi.encodePacked(hex"ef0100", delegate));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);

        assertTrue(this.isValid(vm.addr(key), hash, abi.encodePacked(r, s, v)), "its key");
        assertTrue(this.isValid(vm.addr(key), hash, _compact(v, r, s)), "its key, compact");
        assertFalse(this.isValid(vm.addr(key), hash, "no signature"), "neither");
        vm.etch(delegate, VOUCHING);
        assertTrue(this.isValid(vm.addr(key), hash, "no signature"), "its code");
    }

    function _assertAnswerRefused(bytes memory code) private {
        address wallet = makeAddr("wallet");
        vm.etch(wallet, VOUCHING);
        assertTrue(this.isValid(wallet, "hash", "sign"), "vouches");
        vm.etch(wallet, code);
        assertFalse(this.isValid(wallet, "hash", "sign"), "does not");
    }

    function _compact(uint8 v, bytes32 r, bytes32 s) private pure returns (bytes memory) {
        return abi.encodePacked(r, v == 27 ? s : s | bytes32(uint256(1) << 255));
    }
}
