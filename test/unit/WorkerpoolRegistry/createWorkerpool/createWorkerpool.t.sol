// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract CreateWorkerpool_Unit_Test is RegistryFixture {
    /// @dev What is left of 24,576 bytes of code behind the 45 of the proxy.
    uint256 internal constant MAX_SIZE = 24_531;
    /// @dev What the packed fields take besides the text.
    uint256 internal constant HEADER = 0;

    function test_RevertWhen_TheOwnerIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        workerpools.createWorkerpool(address(0), "d");
    }

    function testFuzz_RevertWhen_TheFieldsDoNotFitInContractCode(uint256 size) external {
        size = bound(size, MAX_SIZE + 1, MAX_SIZE + 5000);
        bytes memory text = new bytes(size - HEADER);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, size, MAX_SIZE));
        workerpools.createWorkerpool(alice, string(text));
    }

    function test_RevertWhen_AFieldIsLongerThanItsPackedLengthCanTell() external {
        bytes memory text = new bytes(65_536);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, 65_536 + HEADER, MAX_SIZE));
        workerpools.createWorkerpool(alice, string(text));
    }

    function test_RevertGiven_TheWorkerpoolExists() external {
        address workerpool = workerpools.createWorkerpool(alice, "d");

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetAlreadyExists.selector, workerpool));
        workerpools.createWorkerpool(alice, "d");
    }

    function test_RevertGiven_TheWorkerpoolExistsAndWasSold() external {
        address workerpool = workerpools.createWorkerpool(alice, "d");
        vm.prank(alice);
        workerpools.transferFrom(alice, bob, idOf(workerpool));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetAlreadyExists.selector, workerpool));
        workerpools.createWorkerpool(alice, "d");
    }

    function test_WhenTheFieldsJustFitInContractCode() external {
        bytes memory text = new bytes(MAX_SIZE - HEADER);
        text[0] = "a";
        text[text.length - 1] = "z";

        IWorkerpool workerpool = IWorkerpool(workerpools.createWorkerpool(alice, string(text)));

        // It should keep them.
        assertEq(bytes(workerpool.m_workerpoolDescription()), text);
    }

    function testFuzz_WhenTheWorkerpoolIsNew(address owner, string calldata description) external {
        vm.assume(owner != address(0));
        address predicted = workerpools.predictWorkerpool(owner, description);
        assertEq(predicted.code.length, 0, "code before");

        // It should emit {Transfer}.
        vm.expectEmit(address(workerpools));
        emit IERC721.Transfer(address(0), owner, idOf(predicted));
        vm.prank(anyone);
        IWorkerpool workerpool = IWorkerpool(workerpools.createWorkerpool(owner, description));

        // It should be where it was predicted.
        assertEq(address(workerpool), predicted, "address");
        // It should give its token to the owner.
        assertEq(workerpools.ownerOf(idOf(predicted)), owner, "owner");
        // It should keep its fields.
        assertEq(workerpool.m_workerpoolDescription(), description, "description");
        // It should have the default policy.
        assertEq(workerpool.m_workerStakeRatioPolicy(), 30, "stake ratio");
        assertEq(workerpool.m_schedulerRewardRatioPolicy(), 1, "reward ratio");
    }
}
